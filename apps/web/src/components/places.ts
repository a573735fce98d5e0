import { Activity, ArrowLeftRight, ListTree, Radio } from 'lucide-react'
import { pathBuilder } from '../path-builder.ts'

/** The pages of the rail, in its order. */
export const PLACES = [
  { action: 'go-overview', label: 'Overview', icon: Activity, link: pathBuilder.overview(), keys: 'g o' },
  { action: 'go-transactions', label: 'Transactions', icon: ArrowLeftRight, link: pathBuilder.transactions(), keys: 'g t' },
  { action: 'go-events', label: 'Events', icon: Radio, link: pathBuilder.events(), keys: 'g e' },
  { action: 'go-rpc', label: 'RPC', icon: ListTree, link: pathBuilder.rpc(), keys: 'g r' },
] as const
