// Whoever does not answer is called at the voice mail.

function ksr_request_route() {
  if (KSR.is_CANCEL()) {
    KSR.tm.t_relay_cancel()
    return
  }
  KSR.tm.t_on_failure('op1')
  if (KSR.tm.t_relay() < 0) KSR.sl.sl_send_reply(500, 'relaying failed')
}

function op1() {
  if (KSR.tm.t_is_canceled() > 0 || !KSR.is_INVITE()) return
  // The Request-URI has been used up by the first try; setting it makes it a destination again.
  KSR.seturi(KSR.pv.get('$ou'))
  KSR.tm.t_relay_to_proxy('udp:voicemail.example.com:5060')
}
