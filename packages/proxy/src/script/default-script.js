// The routing script that serves when no --script is given. It is also meant to be read, copied and changed:
//
//     cp default-script.js my-script.js && npm start -- --script my-script.js
//     (after a change: the RPC `reload` swaps it in without losing a call)
//
// KSR is the interface known from Kamailio's KEMI. Most functions return a number: above 0 for yes, below 0 for no.
// KSR.x.exit() ends the work on the message at hand.

const FLAG_NAT = 5
const BRANCH_FLAG_NAT = 6

// The gateways given with --gateway, in their order: they get what is for none of our users. Nobody is asked for a
// password here, so whoever can reach this proxy can reach them: think of that before you listen on more than loopback.
const gateways = KSR.signalbox.gateways()

// Every request passes here. Retransmissions do not: the transaction layer has seen to them.
function ksr_request_route() {
  checkRequest()
  detectNat()

  if (KSR.is_CANCEL()) {
    // It goes where its INVITE went.
    if (KSR.tm.t_check_trans() > 0) relay()
    KSR.sl.send_reply(481, 'Call/Transaction Does Not Exist')
    return
  }

  if (KSR.siputils.has_totag() > 0) routeWithinDialog()

  useOutboundProxyRoute()

  // We want to see the rest of the dialog, too.
  if (KSR.is_method_in('ISF')) KSR.rr.record_route()

  if (!KSR.is_myself_ruri()) routeToForeignDomain()
  if (KSR.is_REGISTER()) register()
  if (KSR.corex.has_ruri_user() < 0) {
    KSR.sl.send_reply(484, 'Address Incomplete')
    return
  }
  routeToUser()
}

// What no proxy should let pass (RFC 3261, 16.3).
function checkRequest() {
  if (KSR.maxfwd.process_maxfwd(70) < 0) {
    // An OPTIONS that can go no further is answered by whom it has reached.
    if (KSR.is_OPTIONS()) KSR.siputils.options_reply()
    else KSR.sl.send_reply(483, 'Too Many Hops')
    KSR.x.exit()
  }
  if (KSR.sanity.sanity_check_defaults() < 0) KSR.x.exit()

  // "Are you there?" to the proxy itself.
  if (KSR.is_OPTIONS() && KSR.corex.has_ruri_user() < 0 && KSR.is_myself_ruri()) {
    KSR.siputils.options_reply()
    KSR.x.exit()
  }
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

// Requests of a call that is up (ACK, BYE, re-INVITE ...) follow the Route that Record-Route has given them.
function routeWithinDialog() {
  if (KSR.rr.loose_route() > 0) {
    if (!KSR.isdsturiset()) KSR.nathelper.handle_ruri_alias()
    if (KSR.rr.check_route_param('nat=yes') > 0) KSR.tm.t_on_reply('ksr_onreply_nat')
    if (KSR.is_NOTIFY()) KSR.rr.record_route()
    relay()
  }
  // Phones that ignore Record-Route name us or one of our users, and are understood all the same.
  if (KSR.is_myself_ruri()) routeToUser()
  if (!KSR.is_ACK()) KSR.sl.send_reply(404, 'Not Here')
  else if (KSR.tm.t_check_trans() > 0) relay()
  KSR.x.exit()
}

// Phones that have us as their outbound proxy send a Route that names us. Any other Route would make us an open relay.
function useOutboundProxyRoute() {
  if (KSR.rr.loose_route_preloaded() < 0 || !KSR.isdsturiset()) return
  KSR.sl.send_reply(403, 'Preloaded Route Denied')
  KSR.x.exit()
}

// Domains that are not ours are for our own users only: those who registered from where this request comes.
function routeToForeignDomain() {
  if (KSR.registrar.reg_from_user('location', KSR.kx.get_furi(), 0) < 0 && !KSR.is_myself_srcip()) {
    KSR.sl.send_reply(403, 'Not Relaying')
    KSR.x.exit()
  }
  if (gateways.length > 0 && !KSR.is_REGISTER()) routeToGateway(0)
  relay()
}

// The 200 leaves as soon as the registration is safely on disk.
function register() {
  if (KSR.isflagset(FLAG_NAT)) KSR.setbflag(BRANCH_FLAG_NAT)
  KSR.registrar.save('location', 0)
  KSR.x.exit()
}

// One of our users: to every phone that is registered, all at once. The first to answer gets the call.
function routeToUser() {
  if (KSR.registrar.lookup('location') > 0) {
    KSR.tm.t_on_reply('ksr_onreply_nat')
    relay()
  }
  if (gateways.length > 0) routeToGateway(0)
  if (!KSR.is_ACK()) KSR.sl.send_reply(404, 'Not Found')
  KSR.x.exit()
}

// The n-th gateway, and the one after it should this one fail.
function routeToGateway(n) {
  const address = KSR.kx.get_ouri()
  if (KSR.is_myself(address)) {
    // Addressed to us: the user name stays, the rest of the address becomes the gateway's.
    const user = KSR.pv.gete('$oU')
    KSR.seturi(gateways[n])
    if (user !== '') KSR.setuser(user)
    KSR.resetdsturi()
  } else {
    KSR.seturi(address)
    KSR.setdsturi(gateways[n])
  }
  if (n + 1 < gateways.length) {
    KSR.pv.seti('$avp(gateway)', n)
    KSR.tm.t_on_failure('ksr_failure_gateway')
  }
  relay()
}

function relay() {
  if (KSR.is_method_in('ISF') && KSR.isflagset(FLAG_NAT)) KSR.rr.add_rr_param(';nat=yes')
  if (KSR.tm.t_relay() < 0) KSR.sl.sl_reply_error()
  KSR.x.exit()
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
