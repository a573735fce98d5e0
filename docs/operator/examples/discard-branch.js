// Does not call phones at one address, whoever has registered there.

function ksr_request_route() {
  if (KSR.is_REGISTER()) {
    KSR.registrar.save('location', 0)
    return
  }
  if (KSR.registrar.lookup('location') < 0) {
    KSR.sl.send_reply(404, 'Not Found')
    return
  }
  KSR.tm.t_on_branch('op3')
  if (KSR.tm.t_relay() < 0) KSR.sl.sl_send_reply(500, 'relaying failed')
}

// drop() in a branch route skips the branch.
function op3() {
  if (/1\.2\.3\.4/.test(KSR.pv.get('$ru'))) KSR.x.drop()
}
