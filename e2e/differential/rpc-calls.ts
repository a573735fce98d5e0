import type { CalleePlan } from './scenario.ts'

const from = 'From: <sip:probe@example.org>\r\nTo: <sip:callee@example.org>\r\n'

/** A request that an operator lets both programs send. */
export interface RpcCall {
  readonly id: string
  readonly title: string
  readonly method: string
  /** `CALLEE` stands for the address of the callee. */
  readonly params: readonly string[]
  readonly plan?: CalleePlan
  /** Identities of accepted differences. */
  readonly differences?: readonly string[]
  /** Makes equal what they explain. */
  readonly same?: (text: string) => string
}

/** Kamailio leaves three places of a negative reply out. */
function shortened(text: string): string {
  return text.replace(/^(\[\d+,"[^"]*"),"[^"]*","[^"]*","",/, '$1,')
}

function onlyCode(text: string): string {
  return text.replace(/(fault \d+).*/, '$1')
}

const answered = (method: string, status: number, headers: readonly string[] = []): CalleePlan => ({
  [method]: [{ at: 0, status, headers }],
})

export const rpcCalls: readonly RpcCall[] = [
  {
    id: 'rpc_200',
    title: 't_uac_wait OPTIONS, 200',
    method: 'tm.t_uac_wait',
    params: ['OPTIONS', 'sip:callee@CALLEE', '.', '.', from],
    plan: answered('OPTIONS', 200, ['X-Answer: yes']),
  },
  {
    id: 'rpc_404',
    title: 't_uac_wait OPTIONS, 404',
    method: 'tm.t_uac_wait',
    params: ['OPTIONS', 'sip:callee@CALLEE', '.', '.', from],
    plan: answered('OPTIONS', 404),
    differences: ['uac-reply-of-six'],
    same: shortened,
  },
  {
    id: 'rpc_next_hop',
    title: 't_uac_wait to a next hop',
    method: 'tm.t_uac_wait',
    params: ['OPTIONS', 'sip:somebody@example.org', 'sip:CALLEE;lr', '.', from],
    plan: answered('OPTIONS', 200),
  },
  {
    id: 'rpc_body',
    title: 't_uac_wait with a body and headers of its own',
    method: 'tm.t_uac_wait',
    params: ['MESSAGE', 'sip:callee@CALLEE', '.', '.', `${from}X-Mine: 1\r\nContent-Type: text/plain\r\n`, 'hello'],
    plan: answered('MESSAGE', 202),
  },
  {
    id: 'rpc_silent',
    title: 't_uac_wait, nobody answers',
    method: 'tm.t_uac_wait',
    params: ['OPTIONS', 'sip:callee@CALLEE', '.', '.', from],
    plan: { OPTIONS: [] },
  },
  {
    id: 'rpc_invite_486',
    title: 't_uac_wait INVITE, 486: its ACK',
    method: 'tm.t_uac_wait',
    params: ['INVITE', 'sip:callee@CALLEE', '.', '.', from],
    plan: answered('INVITE', 486),
    differences: ['uac-reply-of-six'],
    same: shortened,
  },
  {
    id: 'rpc_invite_200',
    title: 't_uac_wait INVITE, 180 and 200: its ACK',
    method: 'tm.t_uac_wait',
    params: ['INVITE', 'sip:callee@CALLEE', '.', '.', from],
    plan: {
      INVITE: [
        { at: 0, status: 180 },
        { at: 50, status: 200 },
      ],
    },
    differences: ['max-forwards-of-local-ack'],
    same: (text) => (text.startsWith('ACK') ? text.replace('\nmax-forwards: 70', '') : text),
  },
  {
    id: 'rpc_block_200',
    title: 't_uac_wait_block, 200',
    method: 'tm.t_uac_wait_block',
    params: ['OPTIONS', 'sip:callee@CALLEE', '.', '.', from],
    plan: answered('OPTIONS', 200),
  },
  {
    id: 'rpc_block_486',
    title: 't_uac_wait_block, 486',
    method: 'tm.t_uac_wait_block',
    params: ['OPTIONS', 'sip:callee@CALLEE', '.', '.', from],
    plan: answered('OPTIONS', 486),
  },
  {
    id: 'rpc_start',
    title: 't_uac_start',
    method: 'tm.t_uac_start',
    params: ['OPTIONS', 'sip:callee@CALLEE', '', '', from],
    plan: answered('OPTIONS', 200),
  },
  { id: 'rpc_bad_uri', title: 'a Request-URI that is none', method: 'tm.t_uac_wait', params: ['OPTIONS', 'nonsense', '.', '.', from] },
  {
    id: 'rpc_bad_next_hop',
    title: 'a next hop that is none',
    method: 'tm.t_uac_wait',
    params: ['OPTIONS', 'sip:callee@CALLEE', 'http://x y', '.', from],
  },
  {
    id: 'rpc_bad_socket',
    title: 'a socket that is none',
    method: 'tm.t_uac_wait',
    params: ['OPTIONS', 'sip:callee@CALLEE', '.', 'udp:192.0.2.1:5', from],
  },
  { id: 'rpc_no_from', title: 'no From', method: 'tm.t_uac_wait', params: ['OPTIONS', 'sip:callee@CALLEE', '.', '.', 'To: <sip:a@b>\r\n'] },
  {
    id: 'rpc_no_headers',
    title: 'no headers',
    method: 'tm.t_uac_wait',
    params: ['OPTIONS', 'sip:callee@CALLEE', '.', '.'],
    differences: ['fault-names-parameter'],
    same: onlyCode,
  },
  { id: 'rpc_no_method', title: 'no method', method: 'tm.t_uac_start', params: [], differences: ['fault-names-parameter'], same: onlyCode },
]
