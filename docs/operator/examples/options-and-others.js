// Answers OPTIONS and passes everything else on. A route that others call is a function; what it returns is what they get.

function ksr_request_route() {
  if (KSR.is_OPTIONS()) {
    KSR.sl.sl_send_reply(200, 'ok')
    return
  }
  if (isInvite() === 1) KSR.info('The request is an INVITE')
  KSR.tm.t_relay()
}

function isInvite() {
  return KSR.is_INVITE() ? 1 : 2
}
