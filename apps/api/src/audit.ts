import { CHANGE_OVER_HTTP, changeRecord, type Fault } from '@signalbox/contract'
import type { FastifyRequest } from 'fastify'
import type { EngineCalls } from './engine/client.ts'
import { EngineFault } from './engine/engine-fault.ts'
import { ApiError } from './errors.ts'

/** The logger's numbers know no notice; between info (30) and warn (40). */
const NOTICE = 35
const FORWARDED_LENGTH = 100

/** The engine as one HTTP caller reaches it: what may change something leaves a line in the log. */
export type EngineFor = (request: FastifyRequest) => EngineCalls

export interface AuditUse {
  readonly engine: EngineCalls
  /** One JSON line. */
  readonly write: (line: string) => void
  /** Unix time, ms. */
  readonly now: () => number
}

export function auditedEngine({ engine, write, now }: AuditUse): EngineFor {
  return (request) => {
    const callByName: EngineCalls['callByName'] = async (method, params) => {
      const note = (fault: Fault | null): void => {
        const record = changeRecord({ method, params, peer: peerOf(request) }, fault)
        if (record !== null) write(`${JSON.stringify({ level: NOTICE, time: now(), msg: CHANGE_OVER_HTTP, ...record })}\n`)
      }
      try {
        const result = await engine.callByName(method, params)
        note(null)
        return result
      } catch (error) {
        note(faultOf(error))
        throw error
      }
    }
    return { callByName, call: callByName as EngineCalls['call'] }
  }
}

/** A reverse proxy tells for whom it asks; anybody can write that header, so the address of the connection stands first. */
function peerOf({ ip, headers }: FastifyRequest): string {
  const forwarded = String(headers['x-forwarded-for'] ?? '')
  return forwarded === '' ? ip : `${ip} for ${forwarded.slice(0, FORWARDED_LENGTH)}`
}

function faultOf(error: unknown): Fault {
  if (error instanceof EngineFault) return error.fault
  return error instanceof ApiError ? { code: error.status, message: error.code } : { code: 500, message: 'INTERNAL' }
}
