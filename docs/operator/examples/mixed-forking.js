// Rings destinations in the order of their q: d first, then b and c together, a last. Needs mixed-forking.toml.

function ksr_request_route() {
  if (KSR.is_CANCEL()) {
    KSR.tm.t_relay_cancel()
    return
  }
  KSR.seturi('sip:a@a.example.com') // no q: tried last
  KSR.corex.append_branch_uri_q('sip:b@b.example.com', '0.5') // together with c
  KSR.corex.append_branch_uri_q('sip:c@c.example.com', '0.5')
  KSR.corex.append_branch_uri_q('sip:d@d.example.com', '1.0') // tried first

  KSR.tm.t_load_contacts() // all of them, in order, into the XAVP named by contacts_avp
  KSR.tm.t_next_contacts() // those with the highest q become the destinations

  // Without this only d would ever ring.
  KSR.tm.t_on_failure('serial')
  KSR.tm.t_relay()
}

// Whoever was tried has failed: on to the next q, until there is none (-2). Then the best reply goes to the caller.
function serial() {
  if (KSR.tm.t_next_contacts() < 0) return
  KSR.tm.t_on_failure('serial')
  KSR.tm.t_relay()
}
