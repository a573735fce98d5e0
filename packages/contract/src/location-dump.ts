import { Type, type Static } from 'typebox'

const text = Type.String({ description: "'[not set]' where there is none" })

/** One contact of `ul.dump`, keys in this order (control-reference 3.1). */
export const LocationContact = Type.Object(
  {
    Address: Type.String({ description: 'Contact URI' }),
    Expires: Type.Union([Type.Integer(), Type.Literal('permanent'), Type.Literal('deleted'), Type.Literal('expired')], {
      description: 'Seconds left',
    }),
    Q: Type.Number({ description: '-1: none' }),
    'Call-ID': text,
    CSeq: Type.Integer(),
    'User-Agent': text,
    Received: text,
    Path: text,
    State: Type.Union([Type.Literal('CS_NEW'), Type.Literal('CS_SYNC'), Type.Literal('CS_DIRTY')]),
    Flags: Type.Integer(),
    CFlags: Type.Integer(),
    Socket: text,
    Methods: Type.Integer(),
    Ruid: text,
    Instance: text,
    'Reg-Id': Type.Integer(),
    'Server-Id': Type.Integer(),
    'Tcpconn-Id': Type.Integer(),
    Keepalive: Type.Integer(),
    'Last-Keepalive': Type.Integer(),
    'KA-Roundtrip': Type.Integer(),
    'Last-Modified': Type.Integer({ description: 'Unix seconds' }),
  },
  { description: 'One binding' },
)
export type LocationContact = Static<typeof LocationContact>

const FullRecord = Type.Object({
  Info: Type.Object({
    AoR: Type.String(),
    HashID: Type.Integer(),
    Contacts: Type.Array(Type.Object({ Contact: LocationContact })),
  }),
})
const BriefRecord = Type.Object({ AoR: Type.String() })

/** Result of `ul.dump`; with `brief` the records hold the address of record only. */
export const LocationDump = Type.Object(
  {
    Domains: Type.Array(
      Type.Object({
        Domain: Type.Object({
          Domain: Type.String({ examples: ['location'] }),
          Size: Type.Integer(),
          AoRs: Type.Array(Type.Union([FullRecord, BriefRecord])),
          Stats: Type.Object({ Records: Type.Integer(), 'Max-Slots': Type.Integer() }),
        }),
      }),
    ),
  },
  { description: 'The location table (ul.dump)' },
)
export type LocationDump = Static<typeof LocationDump>
