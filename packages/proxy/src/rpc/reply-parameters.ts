import { ControlFault } from '../control/control-fault.ts'
import type { OperatorReply } from '../tm/operator-reply.ts'
import { wholeNumber } from './parameters.ts'
import { textOf, textOrNone } from './transaction-name.ts'

/** Parameters of a reply as they came. */
export interface ReplyParameters {
  readonly code: unknown
  readonly reason: unknown
  readonly toTag: unknown
  readonly headers: unknown
  readonly body: unknown
}

/** Faults 400. */
export function replyOf({ code, reason, toTag, headers, body }: ReplyParameters): OperatorReply {
  const status = wholeNumber(code, 'code', 699, 100)
  const phrase = textOf(reason)
  if (phrase === null) throw new ControlFault({ code: 400, message: 'Parameter reason must be a text' })
  return {
    status,
    reason: phrase,
    toTag: textOrNone(toTag, 'to_tag'),
    headers: textOrNone(headers, 'headers'),
    body: textOrNone(body, 'body'),
  }
}
