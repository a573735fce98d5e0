// What Kamailio's own default kamailio.cfg does, for Signalbox: the same steps in the same order, without accounting (bench/kamailio.ts).
const FLT_ACC = 1
const FLT_ACCMISSED = 2
const FLT_ACCFAILED = 3
const FLT_NATS = 5
const FLB_NATB = 6

function ksr_request_route() {
  if (!requestInit()) return
  if (KSR.is_CANCEL()) {
    if (KSR.tm.t_check_trans() > 0) relay()
    return
  }
  if (!KSR.is_ACK()) {
    if (KSR.tmx.t_precheck_trans() > 0) {
      KSR.tm.t_check_trans()
      return
    }
    KSR.tm.t_check_trans()
  }
  if (withinDialog()) return
  if (!KSR.is_myself_ruri()) {
    KSR.sl.send_reply(403, 'Not relaying')
    return
  }
  KSR.textops.remove_hf('Route')
  if (KSR.is_method_in('IS')) KSR.rr.record_route()
  if (KSR.is_INVITE()) KSR.setflag(FLT_ACC)
  if (presence() || register()) return
  if (KSR.corex.has_ruri_user() < 0) KSR.sl.send_reply(484, 'Address Incomplete')
  else toUser()
}

function relay() {
  if (KSR.is_method_in('IBSU') && KSR.tm.t_is_set('branch_route') < 0) KSR.tm.t_on_branch('ksr_branch_manage')
  if (KSR.is_method_in('ISU') && KSR.tm.t_is_set('onreply_route') < 0) KSR.tm.t_on_reply('ksr_onreply_manage')
  if (KSR.is_INVITE() && KSR.tm.t_is_set('failure_route') < 0) KSR.tm.t_on_failure('ksr_failure_manage')
  if (KSR.tm.t_relay() < 0) KSR.sl.sl_reply_error()
}

function requestInit() {
  KSR.set_reply_no_connect()
  KSR.force_rport()
  if (/friendly|scanner|sipcli|sipvicious|VaxSIPUserAgent|pplsip/i.test(KSR.pv.gete('$ua'))) return false
  if (KSR.maxfwd.process_maxfwd(10) < 0) {
    KSR.sl.send_reply(483, 'Too Many Hops')
    return false
  }
  if (KSR.is_OPTIONS() && KSR.is_myself_ruri() && KSR.corex.has_ruri_user() < 0) {
    KSR.sl.send_reply(200, 'Keepalive')
    return false
  }
  return KSR.sanity.sanity_check(17895, 7) > 0
}

// True: the request has been seen to.
function withinDialog() {
  if (KSR.siputils.has_totag() < 0) return false
  if (KSR.rr.loose_route() > 0) {
    if (KSR.is_BYE()) {
      KSR.setflag(FLT_ACC)
      KSR.setflag(FLT_ACCFAILED)
    } else if (KSR.is_NOTIFY()) KSR.rr.record_route()
    relay()
  } else if (KSR.is_ACK()) {
    if (KSR.tm.t_check_trans() > 0) relay()
  } else KSR.sl.send_reply(404, 'Not here')
  return true
}

function presence() {
  if (!KSR.is_PUBLISH() && !(KSR.is_SUBSCRIBE() && KSR.hdr.gete('Event') === 'message-summary')) return false
  KSR.sl.send_reply(404, 'Not here')
  return true
}

function register() {
  if (!KSR.is_REGISTER()) return false
  if (KSR.isflagset(FLT_NATS)) KSR.setbflag(FLB_NATB)
  if (KSR.registrar.save('location', 0) < 0) KSR.sl.sl_reply_error()
  return true
}

function toUser() {
  KSR.pv.sets('$avp(oexten)', KSR.pv.gete('$rU'))
  const found = KSR.registrar.lookup('location')
  if (found < 0) {
    KSR.tm.t_newtran()
    if (found === -2) KSR.sl.send_reply(405, 'Method Not Allowed')
    else KSR.sl.send_reply(404, 'Not Found')
    return
  }
  if (KSR.is_INVITE()) KSR.setflag(FLT_ACCMISSED)
  relay()
}

function ksr_branch_manage() {}

function ksr_reply_route() {
  if (KSR.sanity.sanity_check(17604, 6) < 0) KSR.set_drop()
}

// With address translation there would be something to do for these.
function ksr_onreply_manage() {
  return /[12][0-9][0-9]/.test(KSR.pv.gete('$rs')) ? 1 : -1
}

function ksr_failure_manage() {
  KSR.tm.t_is_canceled()
}
