// A request that cannot be relayed is answered all the same: the caller must not wait for nothing.

function ksr_request_route() {
  if (KSR.tm.t_relay() < 0) {
    // One reply, not two: what the failed relay would have said by itself is no longer needed.
    KSR.sl.sl_reply_error()
  }
}
