import { Type, type Static } from 'typebox'
import { method, optional, required, type Method } from './method-definition.ts'
import { BodyText, HeaderLines, Nothing } from './tm-methods.ts'

/** Longest wait for an answer of the methods that wait for the final reply: beyond every sensible max_inv_lifetime. */
export const UAC_WAIT_MS = 3_600_000
/** tm.t_uac_wait_block gives up after this long (tm-reference 12). */
export const UAC_BLOCK_MS = 80_000

/** Code, reason, Request-URI used, where it was sent, `Route: ...` of a dialog that it opened or '', all headers of the reply. */
const UacReply = Type.Unsafe<[code: number, reason: string, uri: string, nextHop: string, route: string, headers: string]>(
  Type.Array(Type.Union([Type.Integer(), Type.String()]), {
    description: 'Code, reason, Request-URI used, where it went, Route or empty, headers of the reply',
  }),
)
export type UacReply = Static<typeof UacReply>

const UacStatus = Type.Object({ code: Type.Integer(), text: Type.String({ description: 'Reason phrase' }) })
export type UacStatus = Static<typeof UacStatus>

const UacAnyResult = Type.Union([Nothing, UacStatus, UacReply])

export type UacParams = [method: string, ruri: string, nexthop: string, socket: string, headers: string, body?: string]

const toSend = (hex: boolean) => [
  required('method', Type.String(), 'Method'),
  required('ruri', Type.String(), 'Request-URI'),
  required('nexthop', Type.String(), 'Where to send it instead: a SIP URI or proto:host:port; . for where the Request-URI points'),
  required('socket', Type.String(), 'One of our listeners, proto:host:port; . for the one that fits'),
  required('headers', HeaderLines, 'Header lines, separated by line ends; From and To are needed'),
  optional('body', BodyText, hex ? 'Body as hexadecimal digits; white space is ignored' : 'Body'),
]

const heads = 'From: <sip:monitor@example.com>\r\nTo: <sip:bob@example.com>\r\n'
const params: UacParams = ['OPTIONS', 'sip:bob@192.0.2.9:5060', '.', '.', heads]
const replyHeaders = 'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKb9f6.0.0\r\nCall-ID: 1b2c@192.0.2.1\r\n\r\n'
const reply: UacReply = [200, 'OK', 'sip:bob@192.0.2.9:5060', 'sip:bob@192.0.2.9:5060', '', replyHeaders]

/** What a name says beyond its mode. */
interface Variant {
  readonly noAck: boolean
  readonly hex: boolean
}

function help(text: string, { noAck, hex }: Variant): string {
  return `${text}${hex ? ' The body is hexadecimal.' : ''}${noAck ? ' The ACK to a 2xx is left to the caller.' : ''}`
}

function start(name: string, variant: Variant): Method<UacParams, Static<typeof Nothing>> {
  return method<UacParams>()(name, {
    parameters: toSend(variant.hex),
    result: Nothing,
    help: help('Sends a request of our own and does not wait for its replies.', variant),
    readOnly: false,
    example: { params, result: {} },
  })
}

function wait(name: string, variant: Variant): Method<UacParams, UacReply> {
  return method<UacParams>()(name, {
    parameters: toSend(variant.hex),
    result: UacReply,
    help: help('Sends a request of our own and answers with its final reply; a time-out made here has code 408 and empty texts.', variant),
    readOnly: false,
    answersWithinMs: UAC_WAIT_MS,
    example: { params, result: reply },
  })
}

function block(name: string, variant: Variant): Method<UacParams, UacStatus> {
  return method<UacParams>()(name, {
    parameters: toSend(variant.hex),
    result: UacStatus,
    help: help('Sends a request of our own and answers with code and reason of its final reply, within 80 seconds.', variant),
    readOnly: false,
    answersWithinMs: UAC_BLOCK_MS + 5000,
    example: { params, result: { code: 200, text: 'OK' } },
  })
}

const plain: Variant = { noAck: false, hex: false }
const hexBody: Variant = { noAck: false, hex: true }
const noAck: Variant = { noAck: true, hex: false }
const both: Variant = { noAck: true, hex: true }

/** tm.t_uac_*: requests that we originate (tm-reference 12). */
export const uacMethods = {
  'tm.t_uac_start': start('tm.t_uac_start', plain),
  'tm.t_uac_start_hex': start('tm.t_uac_start_hex', hexBody),
  'tm.t_uac_start_noack': start('tm.t_uac_start_noack', noAck),
  'tm.t_uac_start_noack_hex': start('tm.t_uac_start_noack_hex', both),
  'tm.t_uac_wait': wait('tm.t_uac_wait', plain),
  'tm.t_uac_wait_hex': wait('tm.t_uac_wait_hex', hexBody),
  'tm.t_uac_wait_noack': wait('tm.t_uac_wait_noack', noAck),
  'tm.t_uac_wait_noack_hex': wait('tm.t_uac_wait_noack_hex', both),
  'tm.t_uac_wait_block': block('tm.t_uac_wait_block', plain),
  'tm.t_uac_wait_block_hex': block('tm.t_uac_wait_block_hex', hexBody),
  'tm.t_uac_wait_block_noack': block('tm.t_uac_wait_block_noack', noAck),
  'tm.t_uac_wait_block_noack_hex': block('tm.t_uac_wait_block_noack_hex', both),
  'tm.t_uac_attrs': method<[attributes: string, ...UacParams]>()('tm.t_uac_attrs', {
    parameters: [
      required(
        'attributes',
        Type.String(),
        'mode=start|wait|block; cbflags=noack; rpflags=1 (the body is hexadecimal); fr_timeout=MS; fr_inv_timeout=MS',
      ),
      ...toSend(false),
    ],
    result: UacAnyResult,
    help: 'Sends a request of our own as its attributes say; answers as tm.t_uac_start, tm.t_uac_wait or tm.t_uac_wait_block do.',
    readOnly: false,
    answersWithinMs: UAC_WAIT_MS,
    example: { params: ['mode=block;fr_timeout=5000', ...params], result: { code: 200, text: 'OK' } },
  }),
} as const
