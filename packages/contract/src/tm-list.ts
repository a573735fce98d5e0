import { Type, type Static } from 'typebox'

const headerLine = (name: string) => Type.String({ description: `The whole ${name} header with its CRLF` })

/** One transaction as `tm.list` tells it (tm-reference 12): one object a transaction, `expires_in` is ours. */
export const TmListItem = Type.Object(
  {
    cell: Type.String({ description: 'Identity of the cell as text', examples: ['0x7f3a5c'] }),
    tindex: Type.Integer({ minimum: 0 }),
    tlabel: Type.Integer({ minimum: 0 }),
    method: Type.String(),
    from: headerLine('From'),
    to: headerLine('To'),
    callid: headerLine('Call-ID'),
    cseq: Type.String({ description: '"CSeq: N" without method and CRLF' }),
    uas_request: Type.Union([Type.Literal('yes'), Type.Literal('no')]),
    tflags: Type.Integer({ description: 'Bits: 1 INVITE, 2 local, 8 cancelled, 64 auto-100 ... (tm-reference 12)' }),
    outgoings: Type.Integer({ minimum: 0, description: 'Branches' }),
    ref_count: Type.Integer({ minimum: 0 }),
    lifetime: Type.Integer({ description: "End of life in seconds on the engine's clock" }),
    expires_in: Type.Integer({ description: 'Seconds until then' }),
  },
  { description: 'One transaction (tm.list)' },
)
export type TmListItem = Static<typeof TmListItem>
