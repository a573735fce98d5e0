import { Type, type Static } from 'typebox'
import { errorCatalogue, type ErrorCode } from './error-codes.ts'
import { Fault } from './http.ts'
import { TopicMessage } from './topics.ts'

const topic = Type.String({ minLength: 1, maxLength: 64, examples: ['tm.stats', 'transactions', 'events', 'tx:4711:1868931'] })

/** Browser to API, one JSON document a WebSocket text message. */
export const ClientMessage = Type.Union([
  Type.Object({ op: Type.Literal('subscribe'), topic, since: Type.Optional(Type.Integer({ minimum: 0, description: 'Last seq seen' })) }),
  Type.Object({ op: Type.Literal('unsubscribe'), topic }),
  Type.Object({ op: Type.Literal('ping') }),
])
export type ClientMessage = Static<typeof ClientMessage>

const engineState = Type.Union([Type.Literal('up'), Type.Literal('down')])

/** First message on every socket. `version` is that of the API, `node` the name of the engine, empty until it was first reached. */
const HelloMessage = Type.Object({
  op: Type.Literal('hello'),
  server: Type.Object({ version: Type.String(), node: Type.String() }),
  engine: engineState,
})
/** While the engine is down no topic moves; when it is up again every subscribed topic starts over with `reset`. */
const EngineMessage = Type.Object({ op: Type.Literal('engine'), state: engineState })
const ErrorMessage = Type.Object({
  op: Type.Literal('error'),
  code: Type.Unsafe<ErrorCode>({ type: 'string', enum: Object.keys(errorCatalogue) }),
  message: Type.String(),
  topic: Type.Optional(Type.String()),
  fault: Type.Optional(Fault),
})
/**
 * The socket was too slow: `count` messages of the topic were not sent to it. The next message of `transactions` and
 * `tx:` is then a `reset`; `events` goes on with the newest message.
 */
const SkippedMessage = Type.Object({ op: Type.Literal('skipped'), topic: Type.String(), count: Type.Integer({ minimum: 1 }) })
const PongMessage = Type.Object({ op: Type.Literal('pong') })

export type DataMessage = TopicMessage & { readonly op: 'data' }
/** TopicMessage with `op: 'data'`. */
export const DataMessage = Type.Unsafe<DataMessage>(Type.Intersect([Type.Object({ op: Type.Literal('data') }), TopicMessage]))

/** API to browser. */
export const ServerMessage = Type.Union([HelloMessage, DataMessage, EngineMessage, ErrorMessage, SkippedMessage, PongMessage])
export type ServerMessage =
  | Static<typeof HelloMessage>
  | DataMessage
  | Static<typeof EngineMessage>
  | Static<typeof ErrorMessage>
  | Static<typeof SkippedMessage>
  | Static<typeof PongMessage>
