import type { Span } from './random.ts'

/** A kind of call: how often it is made, whom it may go to, when the caller gives up. Times in milliseconds. */
export interface Scene {
  readonly weight: number
  readonly callees: readonly string[]
  /** null: the caller waits as long as it takes. */
  readonly giveUpAfter: Span | null
  readonly talk: Span
}

export const scenes: readonly Scene[] = [
  { weight: 40, callees: ['alice', 'bob', 'carol', 'dave'], giveUpAfter: null, talk: [3000, 15_000] },
  { weight: 14, callees: ['erin'], giveUpAfter: null, talk: [0, 0] },
  { weight: 6, callees: ['frank'], giveUpAfter: null, talk: [0, 0] },
  { weight: 14, callees: ['grace', 'heidi'], giveUpAfter: [5000, 14_000], talk: [0, 0] },
  { weight: 12, callees: ['reception'], giveUpAfter: null, talk: [3000, 10_000] },
  { weight: 8, callees: ['ivan', 'judy'], giveUpAfter: null, talk: [2000, 8000] },
  { weight: 6, callees: ['mallory', 'trudy'], giveUpAfter: null, talk: [0, 0] },
]

/** Mean time between two events of a kind, in milliseconds. */
export const pace = { call: 700, message: 4000, ping: 3000, refresh: 5000 } as const

export const remarks: readonly string[] = [
  'Lunch at noon?',
  'The meeting moved to three.',
  'Please call me back.',
  'On my way.',
  'Thanks, that helped!',
]
