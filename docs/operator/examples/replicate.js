// A registrar of two: each REGISTER is served here and copied to the other one, whose replies nobody waits for.

function ksr_request_route() {
  if (!KSR.is_REGISTER()) {
    KSR.sl.send_reply(405, 'Method Not Allowed')
    return
  }
  KSR.tm.t_newtran()
  // A copy of a copy would come back here for ever.
  if (KSR.hdr.is_present('X-Replicated') < 0) {
    KSR.hdr.append('X-Replicated: yes\r\n')
    KSR.tm.t_replicate('sip:192.0.2.1:5060')
  }
  KSR.tm.t_reply(200, 'OK')
}
