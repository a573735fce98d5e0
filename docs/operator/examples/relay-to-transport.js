// Chooses how a request travels on. Functions without a KEMI name are called by their native one.

function ksr_request_route() {
  if (KSR.hdr.is_present('X-Gateway') > 0) KSR.x.modf('t_relay_to_udp', '192.0.2.1', '5060')
  else KSR.x.modf('t_relay_to_tcp') // to the Request-URI, but over TCP
}
