import { ControlFault } from '../control/control-fault.ts'
import type { OperatorRequest } from '../tm/operator-request.ts'
import { textParameter } from './parameters.ts'
import { textOrNone } from './transaction-name.ts'
import type { UacAttributes } from './uac-attributes.ts'

/** method, ruri, nexthop, socket, headers, body: as tm.t_uac_* take them. Faults 400; the SIP thread checks what they mean. */
export function uacRequest(params: readonly unknown[], { noAck, hex, frTimer, frInvTimer }: UacAttributes): OperatorRequest {
  const [method, uri, nextHop, socket, headers, body] = params
  const text = textOrNone(body, 'body')
  return {
    method: textParameter(method, 'method'),
    uri: textParameter(uri, 'ruri'),
    nextHop: textOrNone(nextHop, 'nexthop'),
    socket: textOrNone(socket, 'socket'),
    headers: textParameter(headers, 'headers'),
    body: hex ? fromHex(text) : text,
    noAck,
    frTimer,
    frInvTimer,
  }
}

function fromHex(text: string): Uint8Array {
  const digits = text.replaceAll(/\s+/g, '')
  if (digits.length % 2 === 1 || !/^[\da-f]*$/i.test(digits))
    throw new ControlFault({ code: 400, message: 'Parameter body must be pairs of hexadecimal digits' })
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
