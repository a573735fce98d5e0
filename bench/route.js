// What bench/kamailio.cfg does, for Signalbox: the same steps in the same order.
function ksr_request_route() {
  if (KSR.maxfwd.process_maxfwd(70) < 0) {
    KSR.sl.send_reply(483, 'Too Many Hops')
    return
  }

  if (KSR.is_CANCEL()) {
    if (KSR.tm.t_check_trans() > 0) KSR.tm.t_relay()
    return
  }

  if (KSR.siputils.has_totag() > 0) {
    if (KSR.rr.loose_route() < 0) KSR.sl.send_reply(404, 'Not Here')
    else if (KSR.tm.t_relay() < 0) KSR.sl.sl_reply_error()
    return
  }

  if (KSR.is_REGISTER()) {
    KSR.registrar.save('location', 0)
    return
  }

  if (KSR.is_INVITE()) KSR.rr.record_route()

  if (KSR.pv.gete('$rU') === 'fork3') {
    KSR.corex.append_branch_uri('sip:two@127.0.0.1:18082')
    KSR.corex.append_branch_uri('sip:three@127.0.0.1:18083')
  }

  if (KSR.pv.gete('$rU') === 'costly') work(COSTLY)

  if (KSR.tm.t_relay() < 0) KSR.sl.sl_reply_error()
}

const COSTLY = 100_000
let worked = 0

// What elaborate routing costs: about as much as the loop of kamailio.cfg.
function work(steps) {
  let sum = worked
  for (let i = 0; i < steps; i++) sum = (sum * 31 + i) | 0
  worked = sum
}
