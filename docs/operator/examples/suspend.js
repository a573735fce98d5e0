// A transaction that waits for something outside of SIP: here for another message that tells it what to do. The native way; in
// waiting.js the route itself waits.

// Transactions that wait, by the user they are for.
const waiting = new Map()

function ksr_request_route() {
  if (KSR.is_CANCEL()) {
    KSR.tm.t_relay_cancel()
    return
  }
  const user = KSR.pv.get('$rU')
  if (KSR.is_INVITE()) {
    if (KSR.tmx.t_suspend() < 0) return
    waiting.set(user, { index: KSR.pv.get('$T(id_index)'), label: KSR.pv.get('$T(id_label)') })
    return
  }
  const call = waiting.get(user)
  waiting.delete(user)
  // Whoever has hung up meanwhile waits no longer.
  const continued = call !== undefined && KSR.tmx.t_continue(call.index, call.label, 'ksr_continued') > 0
  KSR.sl.send_reply(continued ? 200 : 404, continued ? 'OK' : 'Nobody Waits')
}

// Runs on the INVITE as it was when it was suspended.
function ksr_continued() {
  if (KSR.tm.t_relay() < 0) KSR.tm.t_reply_error()
}
