import type { Difference } from './compare.ts'

/** Matches a difference when every field that is given fits. */
export interface Pattern {
  readonly where?: RegExp
  readonly what?: RegExp
  readonly field?: RegExp
  readonly kamailio?: RegExp
  readonly signalbox?: RegExp
}

/** Why a difference stays: an RFC asks for it, it serves people better, or it is still to be done. */
export type Verdict = 'by RFC' | 'better' | 'not yet'

export interface AcceptedDifference {
  readonly id: string
  readonly title: string
  readonly kamailio: string
  readonly signalbox: string
  readonly verdict: Verdict
  readonly reason: string
  readonly covers: readonly Pattern[]
}

const counters = (...names: readonly string[]): Pattern => ({ where: /^tm\.stats$/, what: new RegExp(`^(${names.join('|')})$`) })

const nothing = /^nothing$/

/** Every way in which Signalbox is known to differ from Kamailio 5.6.3; docs/differences.md is made of this list. */
export const acceptedDifferences: readonly AcceptedDifference[] = [
  {
    id: 'cancel-answered-first',
    title: 'Order of the 200 to a CANCEL and the 487 to its INVITE',
    kamailio:
      'When no branch can be waited for (nothing was forwarded, or cancel_b_method 0), sends the 487 of the INVITE before the 200 of the CANCEL.',
    signalbox: 'Always answers the CANCEL first.',
    verdict: 'by RFC',
    reason: 'RFC 3261 16.10: a proxy that finds the response context MUST immediately return 200 to the CANCEL.',
    covers: [{ where: /^caller$/, what: /^(487 to INVITE|200 to CANCEL)$/, field: /^only one$/ }],
  },
  {
    id: 'late-cancel-reason',
    title: 'Reason of a CANCEL that had to wait for the first provisional reply',
    kamailio:
      'Builds the Reason anew from the status sent upstream so far: cause=200 without its text, and none at all after a 6xx that is not relayed yet.',
    signalbox: 'Sends the Reason that a CANCEL at once would have carried.',
    verdict: 'better',
    reason: 'RFC 3326 2: the callee learns why, and learns the same whether it rang early or late.',
    covers: [{ what: /^CANCEL$/, field: /^reason$/, kamailio: /^(nothing|SIP;cause=200)$/ }],
  },
  {
    id: 'late-cancel-after-final',
    title: 'A provisional reply of a cancelled branch after its final reply',
    kamailio: 'Sends the CANCEL once more.',
    signalbox: 'Absorbs the reply.',
    verdict: 'by RFC',
    reason: 'RFC 3261 9.1: a CANCEL has no effect on a request that has its final reply.',
    covers: [{ what: /^CANCEL$/, field: /^only one$/, signalbox: nothing }],
  },
  {
    id: 'cancelled-branch-ends-sooner',
    title: 'A callee that answers its CANCEL and then says nothing',
    kamailio: 'Waits for what is left of fr_inv_timer, two minutes by default, before the caller gets its 487.',
    signalbox: 'Waits for fr_timer from the CANCEL on.',
    verdict: 'by RFC',
    reason: 'RFC 3261 9.1: after 64*T1 the client SHOULD consider the INVITE cancelled; fr_timer stands for that time.',
    covers: [{ where: /^caller$/, what: /^487 to INVITE$/, field: /^time$/ }],
  },
  {
    id: 'invite-again-after-200',
    title: 'An INVITE that comes again after its 200',
    kamailio: 'Sends the 200 again.',
    signalbox: 'Absorbs it; the callee repeats its 200, and each repetition is relayed.',
    verdict: 'by RFC',
    reason: 'RFC 6026 7.1: in the Accepted state retransmitted INVITEs are absorbed without a reply.',
    covers: [
      { where: /^caller$/, what: /^200 to INVITE$/, field: /^only one$/, signalbox: nothing },
      { what: /^ACK$/, field: /^only one$/, signalbox: nothing },
    ],
  },
  {
    id: 'invite-again-after-ack',
    title: 'An INVITE that comes again after the ACK to its negative reply',
    kamailio: 'Sends the negative reply again.',
    signalbox: 'Absorbs it.',
    verdict: 'by RFC',
    reason: 'RFC 3261 17.2.1, figure 7: the Confirmed state sends nothing.',
    covers: [{ where: /^caller$/, what: /^4\d\d to INVITE$/, field: /^only one$/, signalbox: nothing }],
  },
  {
    id: 'unacknowledged-reply-outlives-wait',
    title: 'A negative reply without ACK when wt_timer is shorter than fr_timer',
    kamailio: 'Stops repeating it when wt_timer ends (five seconds by default).',
    signalbox: 'Repeats it until the ACK or fr_timer, and keeps the transaction that long.',
    verdict: 'by RFC',
    reason: 'RFC 3261 17.2.1: the Completed state lasts until the ACK or timer H, which is 64*T1.',
    covers: [{ where: /^caller$/, what: /^486 to INVITE$/, field: /^only one$/, kamailio: nothing }],
  },
  {
    id: 'late-2xx-of-a-lost-branch',
    title: 'A 2xx of a branch that was given up for lost, while another one is tried',
    kamailio: 'Absorbs the 2xx: the callee repeats it for 32 seconds and the caller never learns of it.',
    signalbox: 'Relays the 2xx and cancels the branch that rings.',
    verdict: 'by RFC',
    reason: 'RFC 3261 16.7 step 5: a 2xx to INVITE MUST be forwarded immediately, whatever its client transaction went through.',
    covers: [
      { where: /^caller$/, what: /^200 to INVITE$/, field: /^only one$/, kamailio: nothing },
      { where: /^[ab]$/, what: /^(ACK|CANCEL)$/, field: /^only one$/, kamailio: nothing },
      counters('rpl_received', 'rpl_generated', 'rpl_sent', '4xx', '2xx', 'unfinished'),
    ],
  },
  {
    id: 'failure-route-once',
    title: 'A failure route when an earlier reply wins again (failure_reply_mode 0, or t_drop_replies("n"))',
    kamailio:
      'Keeps the hook with each branch, so the route of the first step runs again each time the reply of that step wins: it tries the next target over and over until max_branches is reached.',
    signalbox: 'Runs a failure route once for each time it was armed; then the best reply goes upstream.',
    verdict: 'better',
    reason:
      'tm-reference 6.2: on_failure is cleared and must be armed again. Phones are not rung eleven times by a script that names them once.',
    covers: [
      { where: /^[bcd]$/, what: /^(INVITE|ACK)$/ },
      { where: /^caller$/, what: /^4\d\d to INVITE$/, field: /^(time|only one)$/ },
      counters('rpl_received', 'rpl_generated', 'rpl_sent', '4xx', 'unfinished'),
    ],
  },
  {
    id: 'faked-reply-prio',
    title: 'faked_reply_prio',
    kamailio: 'Adds the number to both sides of the comparison, so it changes nothing.',
    signalbox: 'Adds it to the priority of replies made up here.',
    verdict: 'better',
    reason: 'It does what the documentation of the parameter says (tm-reference 2.3).',
    covers: [{ where: /^caller$/, what: /^(408|500) to INVITE$/, field: /^only one$/ }, counters('rpl_generated', '5xx', '4xx')],
  },
  {
    id: 'one-reply-to-an-error',
    title: 'A relay that fails at once, in a script that answers it with sl_reply_error()',
    kamailio:
      'Sends two replies with different To tags: the stateless one of the script and the stateful one at its end, "(n/SL)" and "(n/TM)".',
    signalbox: 'Sends one, through the transaction.',
    verdict: 'by RFC',
    reason: 'RFC 3261 17.2: a server transaction has one final reply. tm-reference 8.3: the usual script yields one reply, not two.',
    covers: [{ where: /^caller$/, what: /^(478|500) to INVITE$/, field: /^(start line|only one|to|time)$/ }],
  },
  {
    id: 'send-error-after-the-relay',
    title: 'A destination that nothing can be sent to',
    kamailio: 'Fails the relay: the script answers, and so does the end of the script, with 477.',
    signalbox: 'Learns of it after the script, and takes it for a 503 of that branch: failure routes run, and the caller gets 500.',
    verdict: 'by RFC',
    reason:
      'RFC 3261 16.9: a transport error MUST be treated as a 503, which goes upstream as 500 (16.7 step 6). What a script sends leaves in one batch when it has ended.',
    covers: [{ where: /^caller$/, what: /^(477|500) to INVITE$/, field: /^only one$/ }, counters('5xx', '4xx')],
  },
  {
    id: 'via-of-an-own-request-tried-again',
    title: 'A request of the proxy itself that a failure route sends to another place (enable_uac_fr)',
    kamailio: 'Has two Via values, both of the proxy: that of the first attempt stays below the new one.',
    signalbox: 'Has the Via of this attempt.',
    verdict: 'by RFC',
    reason: 'RFC 3261 8.1.1.7 and 18.1.1: a client inserts one Via for itself; the second would send replies of others back to the proxy.',
    covers: [{ where: /^b$/, what: /^(OPTIONS|INVITE|ACK)$/, field: /^via$/ }],
  },
  {
    id: 'route-of-a-reparsed-cancel',
    title: 'Route of CANCEL and ACK with reparse_invite 0',
    kamailio: 'Has the Route lines of the INVITE as received, those included that were meant for the proxy itself.',
    signalbox: 'Has those of the INVITE as sent.',
    verdict: 'by RFC',
    reason: 'RFC 3261 9.1 and 17.1.1.3: the Route of the request that was sent MUST be repeated, or another hop gets the CANCEL.',
    covers: [{ what: /^(CANCEL|ACK)$/, field: /^route$/ }],
  },
  {
    id: 'stateless-reply-within-transaction',
    title: 'sl_send_reply for a request that has a transaction',
    kamailio: 'Sends it past the transaction, which never learns of it and counts nothing.',
    signalbox: 'Sends it through the transaction, where it is counted and repeated for retransmissions.',
    verdict: 'better',
    reason: 'The transaction would otherwise have no final reply; on the wire it is the same.',
    covers: [counters('rpl_generated', 'rpl_sent', '4xx')],
  },
  {
    id: 'stray-100',
    title: 'A 100 that belongs to no transaction',
    kamailio: 'Forwards it without state.',
    signalbox: 'Drops it.',
    verdict: 'by RFC',
    reason: 'RFC 3261 16.7 step 5: a 100 is for one hop and MUST NOT be forwarded.',
    covers: [{ where: /^caller$/, what: /^100 to INVITE$/, field: /^only one$/, signalbox: nothing }],
  },
  {
    id: 'branch-never-repeated',
    title: 'The same request once more after its transaction is gone',
    kamailio: 'Makes a transaction with the same Via branch as before, so that the callee takes the request for a retransmission.',
    signalbox: 'Makes a branch that was never used.',
    verdict: 'by RFC',
    reason: 'RFC 3261 8.1.1.7 and 16.6 step 8: the branch MUST be unique across space and time.',
    covers: [
      { where: /^caller$/, what: /^\d+ to MESSAGE$/, field: /^only one$/ },
      { where: /^a$/, what: /^MESSAGE$/ },
      counters('rpl_received', 'rpl_generated', 'rpl_sent', '4xx', '2xx', 'unfinished'),
    ],
  },
  {
    id: 'received-with-forced-rport',
    title: 'force_rport() for a Via that names its true address but has no rport',
    kamailio: 'Adds rport alone.',
    signalbox: 'Adds received and rport.',
    verdict: 'by RFC',
    reason:
      'RFC 3581 4: received MUST be added with rport even if it equals the address in the Via; force_rport acts as if it had been asked for.',
    covers: [{ field: /^via$/, signalbox: /received=127\.0\.0\.1/ }],
  },
  {
    id: 'received-of-the-top-via',
    title: 'received in a reply made here when two Via values share a line',
    kamailio: 'Writes it at the end of the line, into the Via of somebody else.',
    signalbox: 'Writes it into the topmost Via.',
    verdict: 'by RFC',
    reason: 'RFC 3261 18.2.1.',
    covers: [{ where: /^caller$/, what: /^100 to INVITE$/, field: /^via$/ }],
  },
  {
    id: 'folded-cseq',
    title: 'A CSeq that is folded between number and method',
    kamailio: 'Drops the request as unreadable.',
    signalbox: 'Reads it.',
    verdict: 'by RFC',
    reason: 'RFC 3261 7.3.1 and 25.1: LWS may be folded anywhere it is allowed.',
    covers: [{ field: /^only one$/, kamailio: nothing }, counters('total', 'rpl_received', 'rpl_generated', 'rpl_sent', '4xx', 'created')],
  },
  {
    id: 'uac-reply-of-six',
    title: 'tm.t_uac_wait and a negative reply',
    kamailio: 'Answers three values: code, reason, headers.',
    signalbox: 'Answers six, as for a 2xx: code, reason, where further requests would go, next hop, route, headers.',
    verdict: 'better',
    reason: 'Whoever reads them by their place finds the headers at the same one, whatever the reply and as after a time-out.',
    covers: [],
  },
  {
    id: 'max-forwards-of-local-ack',
    title: 'Max-Forwards of the ACK to a 2xx for a request of our own',
    kamailio: 'Leaves it out.',
    signalbox: 'Writes Max-Forwards: 70.',
    verdict: 'by RFC',
    reason: 'RFC 3261 8.1.1: every request MUST have it; the ACK to a 2xx travels end to end.',
    covers: [],
  },
  {
    id: 'fault-names-parameter',
    title: 'An RPC call that lacks a parameter',
    kamailio: 'Says how many there are: "too few parameters (-4/5)".',
    signalbox: 'Names the one that is missing.',
    verdict: 'better',
    reason: 'The code of the fault is the same, 400; the text is for people.',
    covers: [],
  },
  {
    id: 'connection-refused',
    title: 'A connection that nobody accepts',
    kamailio: 'Waits for the connection within t_relay, which fails: 477, once from the script and once from the transaction.',
    signalbox: 'Goes on meanwhile; the failure counts as a 503 of that branch, which leads to failover, failure routes, or a 500.',
    verdict: 'by RFC',
    reason: 'RFC 3261 16.9: a proxy MUST behave as if a 503 had come. 16.7: a 503 SHOULD NOT go upstream; 500 takes its place.',
    covers: [{ where: /^caller$/, what: /^(477|500) to INVITE$/, field: /^only one$/ }, counters('4xx', '5xx')],
  },
  {
    id: 'copy-repeated',
    title: 'A copy made by t_replicate after the request itself has been answered',
    kamailio: 'Stops repeating the copy when the script sends a final reply, so a lost datagram is a lost copy.',
    signalbox: 'Repeats it until it is answered or fr_timer has passed.',
    verdict: 'by RFC',
    reason: 'RFC 3261 17.1.2.2: a client transaction over an unreliable transport repeats its request until a final reply.',
    covers: [{ where: /^b$/, what: /^REGISTER$/, field: /^only one$/, kamailio: nothing }],
  },
  {
    id: 'copy-reply-counted',
    title: 'The counters for the reply to a copy made by t_replicate',
    kamailio: 'Counts it as sent upstream, although nothing is.',
    signalbox: 'Counts it as received only.',
    verdict: 'better',
    reason: 'rpl_sent is what was sent.',
    covers: [counters('rpl_sent', '2xx')],
  },
  {
    id: 'copy-silences-relay',
    title: 't_replicate and t_relay for the same request',
    kamailio: 'Marks the whole transaction: the replies of the relayed request go nowhere either, and the caller waits in vain.',
    signalbox: 'Keeps back the replies of the copy only.',
    verdict: 'better',
    reason: 'tm-reference 8.1: replies of that branch are not relayed upstream.',
    covers: [{ where: /^caller$/, what: /^202 to MESSAGE$/, field: /^only one$/, kamailio: nothing }],
  },
  {
    id: 'connection-in-via',
    title: 'Via of a request that came over TCP',
    kamailio: 'Adds the parameter i with the number of the connection, to find it for the replies.',
    signalbox: 'Finds the connection by the transaction, and the address of the next Via.',
    verdict: 'better',
    reason: 'RFC 3261 18.2.2 asks for the same connection, not for a parameter; the Via stays as short as over UDP.',
    covers: [{ field: /^via$/, kamailio: /;i=[0-9a-f]+/ }],
  },
  {
    id: 'content-length-of-ack',
    title: 'Content-Length of the ACK to an INVITE without one',
    kamailio: 'Leaves it out.',
    signalbox: 'Writes Content-Length: 0.',
    verdict: 'better',
    reason: 'RFC 3261 18.3 and 20.14: applications SHOULD send it; a datagram with something behind it is then read rightly.',
    covers: [{ what: /^ACK$/, field: /^content-length$/, kamailio: nothing }],
  },
]

function fits(pattern: Pattern, difference: Difference): boolean {
  return Object.entries(pattern).every(([name, expression]: [string, RegExp]) => expression.test(difference[name as keyof Difference]))
}

export function acceptedDifference(id: string): AcceptedDifference {
  const found = acceptedDifferences.find((candidate) => candidate.id === id)
  if (found === undefined) throw new Error(`there is no accepted difference '${id}'`)
  return found
}

/** The first of these accepted differences that covers it, undefined when none does. */
export function coveredBy(ids: readonly string[], difference: Difference): string | undefined {
  return ids.find((id) => acceptedDifference(id).covers.some((pattern) => fits(pattern, difference)))
}
