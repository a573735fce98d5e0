// Rings every destination at once; the first to answer gets the call.

function ksr_request_route() {
  if (KSR.is_CANCEL()) {
    KSR.tm.t_relay_cancel()
    return
  }
  KSR.seturi('sip:a@a.example.com')
  KSR.corex.append_branch_uri('sip:b@b.example.com')
  KSR.corex.append_branch_uri('sip:c@c.example.com')
  KSR.corex.append_branch_uri('sip:d@d.example.com')
  KSR.tm.t_relay()
}
