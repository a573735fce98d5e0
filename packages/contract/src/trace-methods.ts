import { Type, type Static } from 'typebox'
import { method, optional, required } from './method-definition.ts'

/** What a traced call is recognised by. */
export const TraceKind = Type.Union([Type.Literal('call-id'), Type.Literal('user'), Type.Literal('source')], {
  description: 'call-id: the Call-ID; user: user part of From, To or Request-URI; source: IP address of the sender',
})
export type TraceKind = Static<typeof TraceKind>

export const TRACE_DEFAULT_S = 600
export const TRACE_LONGEST_S = 86_400
export const MOST_TRACES = 20

export const CallTrace = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  kind: TraceKind,
  value: Type.String(),
  until: Type.Number({ description: 'Unix time, ms' }),
})
export type CallTrace = Static<typeof CallTrace>

export const TraceList = Type.Object({
  oneIn: Type.Integer({ minimum: 1, description: 'Besides these, events are recorded of one call in so many; 1: of all' }),
  traces: Type.Array(CallTrace),
})
export type TraceList = Static<typeof TraceList>

const example: CallTrace = { id: 1, kind: 'user', value: 'alice', until: 1795380941000 }

/** signalbox.trace.*: calls that are recorded completely whatever the load. */
export const traceMethods = {
  'signalbox.trace.start': method<[kind: TraceKind, value: string, seconds?: number]>()('signalbox.trace.start', {
    parameters: [
      required('kind', TraceKind, 'What the calls are recognised by'),
      required('value', Type.String({ minLength: 1, maxLength: 256 }), 'Call-ID, user or IP address'),
      optional(
        'seconds',
        Type.Integer({ minimum: 1, maximum: TRACE_LONGEST_S }),
        `For how long (default ${TRACE_DEFAULT_S}, at most ${TRACE_LONGEST_S})`,
      ),
    ],
    result: CallTrace,
    help: `From now on calls of this kind are recorded completely, whatever the load. 429 if ${MOST_TRACES} traces run already.`,
    readOnly: false,
    example: { params: ['user', 'alice', 600], result: example },
  }),
  'signalbox.trace.stop': method<[id?: number]>()('signalbox.trace.stop', {
    parameters: [optional('id', Type.Integer({ minimum: 1 }), 'Of the trace; all of them if left out')],
    result: TraceList,
    help: 'Ends a trace, or all; tells those that go on. 404 if there is no such trace.',
    readOnly: false,
    example: { params: [1], result: { oneIn: 64, traces: [] } },
  }),
  'signalbox.trace.list': method<[]>()('signalbox.trace.list', {
    result: TraceList,
    help: 'The running traces, and the share of the other calls that is recorded.',
    readOnly: true,
    example: { params: [], result: { oneIn: 64, traces: [example] } },
  }),
} as const
