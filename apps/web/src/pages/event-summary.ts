import type { EngineEvent, EngineEventOf } from '@signalbox/contract'
import { isMessage, summarise } from '../ladder/message-summary.ts'
import { formatDuration } from '../format/time.ts'

/** Groups of event kinds; each is one switch of the page. */
export const KIND_GROUPS = {
  messages: { label: 'Messages', kinds: ['msg-in', 'msg-out'] },
  retransmissions: { label: 'Retransmissions', kinds: ['retransmit'] },
  states: { label: 'States', kinds: ['created', 'state', 'destroyed'] },
  timers: { label: 'Timers', kinds: ['timer-armed', 'timer-fired', 'timer-cancelled'] },
  replies: { label: 'Reply choice', kinds: ['reply-candidate', 'reply-picked', 'reply-dropped'] },
  script: { label: 'Script', kinds: ['script-enter', 'script-exit', 'script-error'] },
  rejects: { label: 'Stateless and rejects', kinds: ['sl-reply', 'parse-error', 'blocklisted', 'overload'] },
} as const satisfies Record<string, { label: string; kinds: readonly EngineEvent['kind'][] }>

export type KindGroup = keyof typeof KIND_GROUPS
export const KIND_GROUP_NAMES = Object.keys(KIND_GROUPS) as readonly KindGroup[]

/** Reads `messages,timers`; unknown names are left out, none known means all. */
export function parseKinds(text: string | undefined): ReadonlySet<KindGroup> {
  const known = (text ?? '').split(',').filter((name): name is KindGroup => Object.hasOwn(KIND_GROUPS, name))
  return new Set(known.length === 0 ? KIND_GROUP_NAMES : known)
}

/** The event kinds of some groups; kinds this console does not know are shown with all groups on. */
export function kindTest(groups: ReadonlySet<KindGroup>): (kind: string) => boolean {
  if (groups.size === KIND_GROUP_NAMES.length) return () => true
  const kinds = new Set<string>([...groups].flatMap((group) => KIND_GROUPS[group].kinds))
  return (kind) => kinds.has(kind)
}

export interface EventSummary {
  readonly text: string
  readonly remote: string
}

/** One event in one line. */
export function summariseEvent(event: EngineEvent): EventSummary {
  if (isMessage(event)) {
    return { text: summarise(event, '').label, remote: `${event.data.transport}:${event.data.remote}` }
  }
  return { text: describe(event), remote: 'remote' in event.data ? event.data.remote : '' }
}

function describeCreated({ data }: EngineEventOf<'created'>): string {
  return `${data.method} ${data.ruri}${data.late === true ? ' (recorded from here on)' : ''}`
}

function describe(event: EngineEvent): string {
  switch (event.kind) {
    case 'created':
      return describeCreated(event)
    case 'state':
      return `${event.data.machine} ${event.data.from} → ${event.data.to}`
    case 'timer-armed':
      return `${event.data.timer}, fires in ${formatDuration(event.data.ms)}`
    case 'timer-fired':
    case 'timer-cancelled':
      return event.data.timer
    case 'reply-candidate':
      return `${event.data.status} ${event.data.reason}, priority ${event.data.priority}`
    case 'reply-picked':
      return `${event.data.status}, ${event.data.rule}`
    case 'reply-dropped':
      return `${event.data.status}, ${event.data.reason}`
    case 'script-enter':
    case 'script-exit':
      return event.data.route
    case 'script-error':
      return `${event.data.route}: ${event.data.message}`
    default:
      return describeOutside(event)
  }
}

/** What belongs to no transaction. */
function describeOutside(event: EngineEvent): string {
  switch (event.kind) {
    case 'sl-reply':
      return `${event.data.status} ${event.data.reason} to ${event.data.method}`
    case 'parse-error':
      return `${event.data.rule} at byte ${event.data.offset}`
    case 'blocklisted':
      return `for ${event.data.reason}`
    case 'overload':
      return event.data.begun ? `begun at ${event.data.busy} % busy` : `over: ${event.data.refused} of ${event.data.offered} refused`
    default:
      return ''
  }
}
