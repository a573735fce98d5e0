import { Type, type Static } from 'typebox'
import { errorCatalogue, type ErrorCode } from './error-codes.ts'
import { TmListItem } from './tm-list.ts'

/** A JSON-RPC fault as it came from the engine. */
export const Fault = Type.Object({ code: Type.Integer(), message: Type.String() })
export type Fault = Static<typeof Fault>

/** Body of every error below /api/v1. */
export const ErrorBody = Type.Object(
  {
    error: Type.Object({
      code: Type.Unsafe<ErrorCode>({ type: 'string', enum: Object.keys(errorCatalogue) }),
      message: Type.String(),
      detail: Type.Optional(Type.String({ description: 'What exactly, for example the parameter' })),
      fault: Type.Optional(Fault),
    }),
  },
  { description: 'What went wrong and what to do' },
)
export type ErrorBody = Static<typeof ErrorBody>

/** GET /healthz: 200 with 'ok', 503 with 'unavailable'. */
export const Health = Type.Object({
  status: Type.Union([Type.Literal('ok'), Type.Literal('unavailable')]),
  reason: Type.Optional(Type.String()),
})
export type Health = Static<typeof Health>

/** GET /api/v1/methods: what POST /api/v1/rpc/:method calls; forms are built from it. */
export const MethodList = Type.Object({
  methods: Type.Array(
    Type.Object({
      name: Type.String(),
      help: Type.String(),
      readOnly: Type.Boolean(),
      parameters: Type.Array(
        Type.Object({
          name: Type.String(),
          required: Type.Boolean(),
          help: Type.String(),
          schema: Type.Unknown({ description: 'JSON Schema' }),
        }),
      ),
      result: Type.Unknown({ description: 'JSON Schema' }),
      example: Type.Object({ params: Type.Array(Type.Unknown()), result: Type.Unknown() }),
    }),
  ),
})
export type MethodList = Static<typeof MethodList>

/** GET /api/v1/transactions. */
export const TransactionsQuery = Type.Object({
  method: Type.Optional(Type.String({ description: 'Only this method' })),
  callid: Type.Optional(Type.String({ description: 'Only Call-IDs that contain this' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 1000 })),
})
export type TransactionsQuery = Static<typeof TransactionsQuery>
export const TransactionList = Type.Object({
  total: Type.Integer({ minimum: 0, description: 'In the table, filter aside' }),
  matched: Type.Integer({ minimum: 0, description: 'By the filter' }),
  transactions: Type.Array(TmListItem),
})
export type TransactionList = Static<typeof TransactionList>

/** GET /api/v1/log-level, and the answer to PUT. */
export const LogLevel = Type.Object({ level: Type.Integer({ minimum: -3, maximum: 4 }), name: Type.String({ examples: ['info'] }) })
export type LogLevel = Static<typeof LogLevel>
/** Body of PUT /api/v1/log-level. */
export const LogLevelChange = Type.Object(
  { level: Type.Union([Type.Integer({ minimum: -3, maximum: 4 }), Type.String()]) },
  { additionalProperties: false },
)
export type LogLevelChange = Static<typeof LogLevelChange>

/** GET /api/v1/registrations: `ul.dump` as a flat list. Empty texts are left out. */
export const Registration = Type.Object({
  aor: Type.String(),
  domain: Type.String({ description: 'Location table' }),
  contacts: Type.Array(
    Type.Object({
      uri: Type.String(),
      expires: Type.Union([Type.Integer(), Type.String()], { description: 'Seconds left, or permanent, deleted, expired' }),
      q: Type.Number({ description: '-1: none' }),
      callId: Type.String(),
      cseq: Type.Integer(),
      userAgent: Type.Optional(Type.String()),
      received: Type.Optional(Type.String()),
      path: Type.Optional(Type.String()),
      socket: Type.Optional(Type.String()),
      instance: Type.Optional(Type.String()),
      modifiedAt: Type.Number({ description: 'Unix time, ms' }),
    }),
  ),
})
export type Registration = Static<typeof Registration>
export const RegistrationList = Type.Object({ registrations: Type.Array(Registration) })
export type RegistrationList = Static<typeof RegistrationList>

/** Answer to POST /api/v1/rpc/:method. Its body is `{ params }`: an array by position or an object by name. */
export const RpcResult = Type.Object({ result: Type.Unknown() })
export type RpcResult = Static<typeof RpcResult>

/** Paths below which the API answers; every other path is the console's. */
export const apiPaths = {
  rpc: '/RPC',
  metrics: '/metrics',
  health: '/healthz',
  openapi: '/openapi.json',
  socket: '/ws',
  rest: '/api/v1',
} as const
