/** One refusal: HTTP status and a sentence that says what to do. */
export interface ErrorDefinition {
  readonly status: number
  readonly message: string
}

/** Every error that API and WebSocket give, by its stable code. The same list with more words: docs/error-codes.md of this package. */
export const errorCatalogue = {
  ENGINE_DOWN: { status: 503, message: 'The engine does not answer: check that it runs, the API reconnects by itself' },
  ENGINE_TIMEOUT: { status: 504, message: 'The engine took too long to answer: try again, and look at its event-loop delay if this stays' },
  RPC_FAULT: { status: 500, message: 'The engine refused the call: see fault' },
  METHOD_NOT_FOUND: { status: 404, message: 'There is no such method: GET /api/v1/methods lists them' },
  BAD_PARAMS: { status: 400, message: 'The parameters do not fit: compare with GET /api/v1/methods or /openapi.json' },
  BAD_REQUEST: { status: 400, message: 'The request does not fit: compare with /openapi.json' },
  BODY_TOO_LARGE: { status: 413, message: 'The request body is too large: send less' },
  NOT_FOUND: { status: 404, message: 'There is nothing at this path: /openapi.json lists what is' },
  TRANSACTION_NOT_FOUND: { status: 404, message: 'The transaction is gone or never was: events of ended ones are kept only for a while' },
  RELOAD_REFUSED: { status: 422, message: 'The script was refused and the old one keeps serving: fix the line named in fault' },
  TOKEN_REQUIRED: { status: 401, message: 'A token is needed: send it as Authorization: Bearer TOKEN' },
  ORIGIN_REFUSED: { status: 403, message: 'Requests from pages of another origin are refused: use the console at this address' },
  HOST_REFUSED: { status: 403, message: 'This name is not served: use 127.0.0.1, or bind to an address with a token' },
  CONSOLE_NOT_BUILT: { status: 404, message: 'The console is not built: run npm start, which builds it' },
  BAD_MESSAGE: { status: 400, message: 'The socket message does not fit: send {"op":"subscribe","topic":"tm.stats"} or the like' },
  UNKNOWN_TOPIC: { status: 404, message: 'There is no such topic: tm.stats, transactions, events and tx:INDEX:LABEL are' },
  TOO_MANY_TOPICS: { status: 429, message: 'This socket has too many topics: unsubscribe from some first' },
  INTERNAL: { status: 500, message: 'The API failed: its log says why' },
} as const satisfies Record<string, ErrorDefinition>

export type ErrorCode = keyof typeof errorCatalogue

/** A JSON-RPC fault: code and text go to the caller as they are. */
export interface FaultDefinition {
  readonly code: number
  readonly message: string
}

/**
 * Faults of the engine with a fixed text. A script that `reload` refuses is a 500 with '<file>:<line>: reason' instead.
 * On the unix socket an unknown method is -32601 as JSON-RPC 2.0 has it; POST /RPC turns that into 500, as Kamailio does.
 */
export const faults = {
  parseError: { code: -32700, message: 'Parse error' },
  invalidRequest: { code: -32600, message: 'Invalid Request' },
  unknownMethod: { code: -32601, message: 'Method not found' },
  methodNotFound: { code: 500, message: 'Method Not Found' },
  transactionNotFound: { code: 404, message: 'Transaction not found' },
  unknownTopic: { code: 404, message: 'Unknown topic' },
  socketOnly: { code: 400, message: 'Topics come over the unix socket of the engine only' },
  badParams: { code: 400, message: 'Invalid parameters' },
  unknownLogLevel: { code: 400, message: 'Unknown log level: use -3 to 4 or a name from alert to debug' },
  engineDown: { code: 503, message: 'Engine not reachable' },
  engineTimeout: { code: 504, message: 'Engine took too long' },
} as const satisfies Record<string, FaultDefinition>
