import { errorCatalogue, type ErrorBody, type ErrorCode, type Fault } from '@signalbox/contract'

interface ApiErrorOptions {
  /** What exactly is wrong, for example the parameter. */
  readonly detail?: string
  /** The engine's fault, passed on as it came. */
  readonly fault?: Fault
  /** Where the status of the catalogue does not say enough: that of a fault. */
  readonly status?: number
}

/** The one error that routes throw: a code of the contract's catalogue. */
export class ApiError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly detail: string | undefined
  readonly fault: Fault | undefined

  constructor(code: ErrorCode, options: ApiErrorOptions = {}) {
    super(errorCatalogue[code].message)
    this.name = 'ApiError'
    this.code = code
    this.status = options.status ?? errorCatalogue[code].status
    this.detail = options.detail
    this.fault = options.fault
  }

  body(): ErrorBody {
    return {
      error: {
        code: this.code,
        message: this.message,
        ...(this.detail !== undefined && { detail: this.detail }),
        ...(this.fault !== undefined && { fault: this.fault }),
      },
    }
  }
}

/** Fastify's own refusals and everything unexpected as an ApiError. Only INTERNAL is a fault of ours and worth a log line. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  const { code, statusCode, message } = error as { readonly code?: string; readonly statusCode?: number; readonly message?: string }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new ApiError('BODY_TOO_LARGE')
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new ApiError('BAD_REQUEST', message === undefined ? {} : { detail: message })
  return new ApiError('INTERNAL')
}
