import type { EngineEvent } from './engine-event.ts'
import type { TmListItem } from './tm-list.ts'
import type { LiveTransaction } from './transaction-detail.ts'
import type { TransactionRow } from './transaction-row.ts'

/** What documentation shows for a call that rings. */
export const exampleRow: TransactionRow = {
  key: '4711:1868931',
  index: 4711,
  label: 1868931,
  kind: 'ist',
  method: 'INVITE',
  ruri: 'sip:bob@example.com',
  from: '"Alice" <sip:alice@example.com>;tag=9fxced76sl',
  to: '<sip:bob@example.com>',
  callId: '3848276298220188511@atlanta.example.com',
  cseq: '1 INVITE',
  source: 'udp:192.0.2.7:5060',
  local: false,
  state: 'proceeding',
  status: 180,
  branches: [{ index: 0, target: 'udp:192.0.2.9:5060', state: 'proceeding', status: 180 }],
  retransmissions: 0,
  createdAt: 1795380341000,
  updatedAt: 1795380341420,
  endedAt: null,
}

/** The same call a moment later. */
export const exampleLive: LiveTransaction = {
  state: 'proceeding',
  status: 180,
  cancelled: false,
  suspended: false,
  waiting: false,
  endsInMs: 179_580,
  timers: [],
  branches: [
    {
      index: 0,
      uri: 'sip:bob@192.0.2.9',
      target: 'udp:192.0.2.9:5060',
      state: 'proceeding',
      status: 180,
      reason: '',
      faked: false,
      timedOut: false,
      cancelled: false,
      retransmissions: 0,
      timers: [{ timer: 'fr_inv', firesInMs: 119_640 }],
    },
  ],
}

export const exampleEvent: EngineEvent = {
  seq: 12,
  tMono: 41_420.25,
  tWall: 1795380341420,
  node: 'sip1.example.com',
  tx: { index: 4711, label: 1868931 },
  branch: 0,
  kind: 'reply-candidate',
  data: { status: 180, reason: 'Ringing', priority: 11_000, faked: false },
}

export const exampleTmListItem: TmListItem = {
  cell: '0x7f3a5c',
  tindex: 4711,
  tlabel: 1868931,
  method: 'INVITE',
  from: 'From: "Alice" <sip:alice@example.com>;tag=9fxced76sl\r\n',
  to: 'To: <sip:bob@example.com>\r\n',
  callid: 'Call-ID: 3848276298220188511@atlanta.example.com\r\n',
  cseq: 'CSeq: 1',
  uas_request: 'yes',
  tflags: 65,
  outgoings: 1,
  ref_count: 2,
  lifetime: 172,
  expires_in: 120,
}
