import { Type, type Static } from 'typebox'

/** Which of the four machines of RFC 3261 section 17 runs: server or client, INVITE or not. */
export const MachineKind = Type.Union([Type.Literal('ist'), Type.Literal('nist'), Type.Literal('ict'), Type.Literal('nict')], {
  description: 'ist, nist: INVITE and non-INVITE server transaction; ict, nict: client',
})
export type MachineKind = Static<typeof MachineKind>

export const BranchRow = Type.Object({
  index: Type.Integer({ minimum: 0, description: 'Branch number' }),
  target: Type.String({ description: 'Where the branch goes', examples: ['udp:192.0.2.7:5060'] }),
  state: Type.String({ description: 'State of the client transaction', examples: ['proceeding'] }),
  status: Type.Union([Type.Integer(), Type.Null()], { description: 'Last status received, null before the first' }),
})
export type BranchRow = Static<typeof BranchRow>

/** One transaction as lists show it. Times are Unix milliseconds. */
export const TransactionRow = Type.Object(
  {
    key: Type.String({ description: 'index:label, decimal', examples: ['4711:1868931'] }),
    index: Type.Integer({ minimum: 0 }),
    label: Type.Integer({ minimum: 0 }),
    kind: MachineKind,
    method: Type.String(),
    ruri: Type.String({ description: 'Request-URI as received' }),
    from: Type.String({ description: 'Value of the From header' }),
    to: Type.String({ description: 'Value of the To header' }),
    callId: Type.String(),
    cseq: Type.String({ description: 'CSeq value, number and method', examples: ['1 INVITE'] }),
    source: Type.String({ description: 'Where the request came from; empty for a local transaction', examples: ['udp:192.0.2.7:5060'] }),
    local: Type.Boolean({ description: 'Started by this proxy: no server side' }),
    state: Type.String({ description: 'State of the server machine, for a local transaction of its client machine' }),
    status: Type.Union([Type.Integer(), Type.Null()], { description: 'Last status sent upstream' }),
    branches: Type.Array(BranchRow),
    retransmissions: Type.Integer({ minimum: 0, description: 'Sent and absorbed, all branches and the server side' }),
    createdAt: Type.Number(),
    updatedAt: Type.Number(),
    endedAt: Type.Union([Type.Number(), Type.Null()], { description: 'When the last machine ended; null while one runs' }),
  },
  { description: 'One transaction' },
)
export type TransactionRow = Static<typeof TransactionRow>
