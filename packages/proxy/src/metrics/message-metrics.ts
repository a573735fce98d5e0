import { Counter } from './counter-layout.ts'
import type { EngineCounters } from './engine-counters.ts'
import { counter, gauge, labelledCounter, type MetricSource } from './metric-source.ts'

/** What went over the wire, and what was wrong with it. */
export function messageMetrics(counters: EngineCounters): readonly MetricSource[] {
  const value = (index: number) => () => counters.get(index)
  return [
    labelledCounter(
      'signalbox_requests_total',
      'SIP requests by direction, method and transport',
      ['direction', 'method', 'transport'],
      () =>
        counters.requests().map(({ direction, method, transport, count }) => ({ labels: { direction, method, transport }, value: count })),
    ),
    labelledCounter('signalbox_replies_total', 'SIP replies by direction, code and transport', ['direction', 'code', 'transport'], () =>
      counters
        .replies()
        .map(({ direction, code, transport, count }) => ({ labels: { direction, code: String(code), transport }, value: count })),
    ),
    labelledCounter(
      'signalbox_retransmissions_total',
      'Retransmissions sent by this proxy or absorbed by it',
      ['direction', 'kind'],
      () => [
        { labels: { direction: 'sent', kind: 'request' }, value: counters.get(Counter.requestRetransmissions) },
        { labels: { direction: 'sent', kind: 'reply' }, value: counters.get(Counter.replyRetransmissions) },
        { labels: { direction: 'absorbed', kind: 'request' }, value: counters.get(Counter.requestsAbsorbed) },
        { labels: { direction: 'absorbed', kind: 'reply' }, value: counters.get(Counter.repliesAbsorbed) },
      ],
    ),
    labelledCounter('signalbox_transport_bytes_total', 'Bytes as the sockets saw them', ['direction'], () => [
      { labels: { direction: 'received' }, value: counters.get(Counter.bytesReceived) },
      { labels: { direction: 'sent' }, value: counters.get(Counter.bytesSent) },
    ]),
    labelledCounter('signalbox_sl_stats_codes_total', 'Stateless replies by code', ['code'], () =>
      counters.statelessReplies().map(({ code, count }) => ({ labels: { code: String(code) }, value: count })),
    ),
    counter('signalbox_sl_stats_acks_total', 'ACKs to stateless replies absorbed', value(Counter.slAcks)),
    counter('signalbox_sl_stats_failures_total', 'Stateless replies that could not be sent', value(Counter.slFailures)),
    counter('signalbox_core_parse_errors_total', 'Received bytes that were no SIP message', value(Counter.parseErrors)),
    counter('signalbox_core_bad_requests_total', 'Requests refused by the core checks', value(Counter.badRequests)),
    counter('signalbox_core_stray_replies_total', 'Replies that matched no transaction', value(Counter.strayReplies)),
    counter('signalbox_core_send_errors_total', 'Messages that could not be sent', value(Counter.sendErrors)),
    counter('signalbox_core_keepalives_total', 'CRLF keepalives received', value(Counter.keepalives)),
    labelledCounter('signalbox_thread_messages_total', 'Messages handed from one SIP thread to another', ['outcome'], () => [
      { labels: { outcome: 'passed' }, value: counters.get(Counter.messagesPassed) },
      { labels: { outcome: 'dropped' }, value: counters.get(Counter.messagesNotPassed) },
    ]),
    counter(
      'signalbox_overload_refused_total',
      'New requests refused with 503 because a SIP thread was saturated',
      value(Counter.overloadRefused),
    ),
    gauge('signalbox_overload_threads', 'SIP threads that are saturated now', value(Counter.overloaded)),
    counter('signalbox_script_errors_total', 'Errors thrown by the routing script', value(Counter.scriptErrors)),
    counter('signalbox_registrar_accepted_regs_total', 'REGISTER requests accepted', value(Counter.acceptedRegs)),
    counter('signalbox_registrar_rejected_regs_total', 'REGISTER requests rejected', value(Counter.rejectedRegs)),
  ]
}
