import type { ErrorBody, ErrorCode } from '@signalbox/contract'

/** A failed call in words an operator can act on. */
export class ApiError extends Error {
  readonly code: ErrorCode | 'UNREACHABLE' | 'UNREADABLE' | 'SOCKET_REFUSED'
  readonly status: number
  /** Said by the server, for example `route.js:12: Unexpected token`. */
  readonly detail: string | null

  constructor(problem: { code: ApiError['code']; status: number; detail: string | null; sentence: string }) {
    super(problem.sentence)
    this.code = problem.code
    this.status = problem.status
    this.detail = problem.detail
  }
}

/** Total, so that a new server code needs its sentence before the console compiles. */
const SENTENCES: Readonly<Record<ApiError['code'], string>> = {
  ENGINE_DOWN: 'The engine does not answer. The API keeps trying; look at the terminal it runs in.',
  ENGINE_TIMEOUT: 'The engine took too long to answer. Try again, and watch its loop delay on the overview.',
  RPC_FAULT: 'The engine refused the call.',
  METHOD_NOT_FOUND: 'This engine has no such method.',
  BAD_PARAMS: 'The parameters do not fit the method.',
  BAD_REQUEST: 'The server could not read the request.',
  BODY_TOO_LARGE: 'The request is too large.',
  NOT_FOUND: 'There is nothing at this address.',
  TRANSACTION_NOT_FOUND: 'The engine no longer holds this transaction. Ended ones are kept only for a while.',
  RELOAD_REFUSED: 'The script was refused. The old one keeps serving; fix the line below and reload again.',
  TOKEN_REQUIRED: 'This server wants an access token.',
  ORIGIN_REFUSED:
    'The server refuses calls from this page. Open the console at the address the server printed; a reverse proxy has to keep the Host header.',
  HOST_REFUSED: 'The server does not serve this host name. Open it at 127.0.0.1, or bind it with a token.',
  CONSOLE_NOT_BUILT: 'The console is not built. Run npm start, which builds it.',
  BAD_MESSAGE: 'The server could not read a message of this page. Reload the page.',
  UNKNOWN_TOPIC: 'The server does not know what this page asked for. Reload the page.',
  TOO_MANY_TOPICS: 'This tab watches too many things at once. Close some pages.',
  INTERNAL: 'The API failed. Its log says why.',
  UNREACHABLE: 'The server cannot be reached. The console goes on trying by itself.',
  SOCKET_REFUSED: 'The server answers calls but not the live connection. A reverse proxy has to pass /ws on with its Upgrade header.',
  UNREADABLE: 'The server answered something this console does not understand. Are both of one version?',
}

export function sentenceOf(code: string): string | null {
  return Object.hasOwn(SENTENCES, code) ? SENTENCES[code as ApiError['code']] : null
}

export function unreachable(): ApiError {
  return new ApiError({ code: 'UNREACHABLE', status: 0, detail: null, sentence: SENTENCES.UNREACHABLE })
}

/** The server answers, so what refused the socket stands in front of it. */
export function socketRefused(): ApiError {
  return new ApiError({ code: 'SOCKET_REFUSED', status: 0, detail: null, sentence: SENTENCES.SOCKET_REFUSED })
}

/** The error of a response that is not ok. */
export function errorFrom(status: number, body: unknown): ApiError {
  const error = isErrorBody(body) ? body.error : null
  if (error === null) {
    const code = status === 401 ? 'TOKEN_REQUIRED' : 'UNREADABLE'
    return new ApiError({ code, status, detail: `HTTP ${status}`, sentence: SENTENCES[code] })
  }
  const detail = error.fault === undefined ? (error.detail ?? null) : `${error.fault.code} ${error.fault.message}`
  return new ApiError({ code: error.code, status, detail, sentence: sentenceOf(error.code) ?? error.message })
}

function isErrorBody(body: unknown): body is ErrorBody {
  if (typeof body !== 'object' || body === null || !('error' in body)) return false
  const { error } = body
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
}
