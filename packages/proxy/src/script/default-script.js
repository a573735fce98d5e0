// The routing script that serves when no --script is given. It is also meant to be read, copied and changed:
//
//     cp default-script.js my-script.js && npm start -- --script my-script.js
//     (after a change: the RPC `reload` swaps it in without losing a call)
//
// KSR is the interface known from Kamailio's KEMI. Most functions return a number: above 0 for yes, below 0 for no.

const FLAG_NAT = 5
const BRANCH_FLAG_NAT = 6

// The gateways given with --gateway, in their order: they get what is for none of our users. Nobody is asked for a
// password here, so whoever can reach this proxy can reach them: think of that before you listen on more than loopback.
const gateways = KSR.signalbox.gateways()

// Every request passes here. Retransmissions do not: the transaction layer has seen to them.
function ksr_request_route() {
  if (answeredByUs()) return
  detectNat()

  if (KSR.is_CANCEL()) routeCancel()
  else if (KSR.siputils.has_totag() > 0) routeWithinDialog()
  else routeInitialRequest()
}

// What no proxy should let pass (RFC 3261, 16.3), and questions to the proxy itself.
function answeredByUs() {
  if (KSR.maxfwd.process_maxfwd(70) < 0) {
    // An OPTIONS that can go no further is answered by whom it has reached.
    if (KSR.is_OPTIONS()) KSR.siputils.options_reply()
    else KSR.sl.send_reply(483, 'Too Many Hops')
    return true
  }
  if (KSR.sanity.sanity_check_defaults() < 0) return true

  // "Are you there?"
  if (KSR.is_OPTIONS() && KSR.corex.has_ruri_user() < 0 && KSR.is_myself_ruri()) {
    KSR.siputils.options_reply()
    return true
  }
  return false
}

// A phone behind address translation writes addresses that nobody can reach: note where its request really came from.
function detectNat() {
  // 2: Via names another address than the source, 16: another port.
  if (KSR.nathelper.nat_uac_test(2 + 16) < 0) return
  KSR.force_rport()
  if (KSR.is_REGISTER()) KSR.nathelper.fix_nated_register()
  else if (KSR.siputils.is_first_hop() > 0) KSR.nathelper.add_contact_alias()
  KSR.setflag(FLAG_NAT)
}

// A CANCEL goes where its INVITE went.
function routeCancel() {
  if (KSR.tm.t_check_trans() > 0) relay()
  else KSR.sl.send_reply(481, 'Call/Transaction Does Not Exist')
}

// Requests of a call that is up (ACK, BYE, re-INVITE ...) follow the Route that Record-Route has given them.
function routeWithinDialog() {
  if (KSR.rr.loose_route() > 0) {
    if (!KSR.isdsturiset()) KSR.nathelper.handle_ruri_alias()
    if (KSR.rr.check_route_param('nat=yes') > 0) KSR.tm.t_on_reply('ksr_onreply_nat')
    if (KSR.is_NOTIFY()) KSR.rr.record_route()
    relay()
    return
  }
  // Phones that ignore Record-Route name us, one of our users or whom they talk to, and are understood all the same.
  if (KSR.is_myself_ruri()) routeToUser()
  else if (KSR.is_ACK()) relayKnownAck()
  else if (fromOurs()) relay()
  else KSR.sl.send_reply(404, 'Not Here')
}

function relayKnownAck() {
  if (KSR.tm.t_check_trans() > 0) relay()
}

// Requests that start something.
function routeInitialRequest() {
  // Phones that have us as their outbound proxy send a Route that names us. Any other one would make us an open relay.
  if (KSR.rr.loose_route_preloaded() > 0 && KSR.isdsturiset()) {
    KSR.sl.send_reply(403, 'Preloaded Route Denied')
    return
  }

  // We want to see the rest of the dialog, too.
  if (KSR.is_method_in('ISF')) KSR.rr.record_route()

  if (!KSR.is_myself_ruri()) routeToForeignDomain()
  else if (KSR.is_REGISTER()) register()
  else if (KSR.corex.has_ruri_user() > 0) routeToUser()
  else KSR.sl.send_reply(484, 'Address Incomplete')
}

// The 200 leaves as soon as the registration is safely on disk.
function register() {
  if (KSR.isflagset(FLAG_NAT)) KSR.setbflag(BRANCH_FLAG_NAT)
  KSR.registrar.save('location', 0)
}

// One of our users: to every phone that is registered, all at once. The first to answer gets the call.
function routeToUser() {
  if (KSR.registrar.lookup('location') > 0) {
    KSR.tm.t_on_reply('ksr_onreply_nat')
    relay()
  } else if (gateways.length > 0) routeToGateway(0)
  else if (!KSR.is_ACK()) KSR.sl.send_reply(404, 'Not Found')
}

// Domains that are not ours are for our own users only: those who registered from where this request comes.
function routeToForeignDomain() {
  if (!fromOurs()) KSR.sl.send_reply(403, 'Not Relaying')
  else if (gateways.length > 0 && !KSR.is_REGISTER()) routeToGateway(0)
  else relay()
}

function fromOurs() {
  return KSR.is_myself_srcip() || KSR.registrar.reg_from_user('location', KSR.kx.get_furi(), 0) > 0
}

// The n-th gateway, and the one after it should this one fail.
function routeToGateway(n) {
  KSR.signalbox.set_gateway(n)
  if (n + 1 < gateways.length) {
    KSR.pv.seti('$avp(gateway)', n)
    KSR.tm.t_on_failure('ksr_failure_gateway')
  }
  relay()
}

function relay() {
  if (KSR.isflagset(FLAG_NAT) && KSR.is_method_in('ISF')) KSR.rr.add_rr_param(';nat=yes')
  if (KSR.tm.t_relay() < 0) KSR.sl.sl_reply_error()
}

// If the answering phone is behind address translation, the caller must send its ACK and BYE to where the reply came from.
function ksr_onreply_nat() {
  if (KSR.siputils.is_first_hop() > 0) KSR.nathelper.add_contact_alias()
}

// A gateway that is down (no answer, or a 5xx) hands the call on to the next one.
function ksr_failure_gateway() {
  if (KSR.tm.t_is_canceled() > 0) return
  if (KSR.tm.t_check_status('408|5..') > 0) routeToGateway(KSR.pv.geti('$avp(gateway)') + 1)
}
