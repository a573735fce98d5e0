import { ErrorBody } from '@signalbox/contract'
import type { TSchema } from 'typebox'
import { EngineFault } from '../engine/engine-fault.ts'
import { ApiError } from '../errors.ts'

/** Answers that every resource may give beside its own. */
export function responses<const T extends Record<number, TSchema>>(own: T) {
  return { ...own, '4xx': ErrorBody, '5xx': ErrorBody }
}

/** A fault of the engine as a refusal of the API: known ones by their own code, others as RPC_FAULT with the fault's status. */
export function refusal(error: unknown, known: (fault: EngineFault['fault']) => ApiError | null = () => null): unknown {
  if (!(error instanceof EngineFault)) return error
  const { fault } = error
  return known(fault) ?? new ApiError('RPC_FAULT', { fault, ...(fault.code >= 400 && fault.code < 600 && { status: fault.code }) })
}
