// The routing script that serves when no --script is given. It is also meant to be read, copied and changed:
//
//     cp default-script.js my-script.js && npm start -- --script my-script.js
//     (after a change: the RPC `reload` swaps it in without losing a call)
//
// KSR is the interface known from Kamailio's KEMI. Most functions return a number: above 0 for yes, below 0 for no.
// KSR.x.exit() ends the work on the message at hand.

const FLAG_NAT = 5
const BRANCH_FLAG_NAT = 6

// The gateways given with --gateway, in their order: they get what is for none of our users.
const gateways = KSR.signalbox.gateways()

// Every request passes here.
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

  // A request that is being served already is a retransmission: it gets its last reply again.
  if (KSR.tmx.t_precheck_trans() > 0) {
    KSR.tm.t_check_trans()
    return
  }

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
  if (KSR.sanity.sanity_check(17895, 7) < 0) KSR.x.exit()

  // "Are you there?" to the proxy itself.
  if (KSR.is_OPTIONS() && KSR.is_myself_ruri() && KSR.corex.has_ruri_user() < 0) {
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
  else if (KSR.siputils.is_first_hop() > 0) KSR.nathelper.set_contact_alias()
  KSR.setflag(FLAG_NAT)
}

// Requests of a call that is up (ACK, BYE, re-INVITE ...) follow the Route that Record-Route has given them.
function routeWithinDialog() {
  if (KSR.rr.loose_route() > 0) {
    if (!KSR.isdsturiset()) KSR.nathelper.handle_ruri_alias()
    if (KSR.is_NOTIFY()) KSR.rr.record_route()
    relay()
  }
  if (KSR.is_ACK()) {
    // The ACK to a reply of our own ends here. One to a 2xx goes on, even from phones that ignore Record-Route.
    if (KSR.tm.t_check_trans() < 0 && !KSR.is_myself_ruri()) KSR.x.exit()
    if (KSR.tm.t_check_trans() === 0) KSR.x.exit()
  }
  if (KSR.is_myself_ruri()) routeToUser()
  KSR.sl.send_reply(404, 'Not Here')
  KSR.x.exit()
}

// Phones that have us as their outbound proxy send a Route that names us. Any other Route would make us an open relay.
function useOutboundProxyRoute() {
  if (KSR.rr.loose_route_preloaded() < 0 || !KSR.isdsturiset()) return
  if (!KSR.is_ACK()) KSR.sl.send_reply(403, 'Preloaded Route Denied')
  KSR.x.exit()
}

// Domains that are not ours are for our own users only: those who registered from where this request comes.
function routeToForeignDomain() {
  if (KSR.registrar.reg_from_user('location', KSR.kx.get_furi(), 0) < 0 && !KSR.is_myself_srcip()) {
    KSR.sl.send_reply(403, 'Not Relaying')
    KSR.x.exit()
  }
  if (gateways.length > 0 && !KSR.is_REGISTER()) {
    KSR.setdsturi(gateways[0])
    tryNextGatewayOnFailure()
  }
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
  if (KSR.registrar.lookup('location') > 0) relay()
  if (gateways.length > 0) routeToGateway(0)
  if (!KSR.is_ACK()) KSR.sl.send_reply(404, 'Not Found')
  KSR.x.exit()
}

// The user name stays, the rest of the address becomes the gateway's.
function routeToGateway(index) {
  const user = KSR.kx.gete_ruser()
  const gateway = gateways[index]
  KSR.seturi(user === '' ? gateway : gateway.replace(/^(sips?:)(?:[^@]*@)?/, `$1${user}@`))
  KSR.resetdsturi()
  tryNextGatewayOnFailure(index)
  relay()
}

function tryNextGatewayOnFailure(index = 0) {
  if (index + 1 >= gateways.length) return
  KSR.pv.seti('$avp(gateway)', index)
  KSR.tm.t_on_failure('ksr_failure_gateway')
}

function relay() {
  if (KSR.isbflagset(BRANCH_FLAG_NAT) && KSR.is_method_in('ISU')) KSR.tm.t_on_reply('ksr_onreply_nat')
  if (KSR.tm.t_relay() < 0) KSR.sl.sl_reply_error()
  KSR.x.exit()
}

// The answering phone is behind address translation: the caller must send its ACK and BYE to where the reply came from.
function ksr_onreply_nat() {
  if (KSR.siputils.is_first_hop() > 0) KSR.nathelper.set_contact_alias()
}

// A gateway that is down (no answer, or a 5xx) hands the call on to the next one.
function ksr_failure_gateway() {
  if (KSR.tm.t_is_canceled() > 0) return
  const next = KSR.pv.geti('$avp(gateway)') + 1
  if (next < gateways.length && KSR.tm.t_check_status('408|5..') > 0) routeToGateway(next)
}
