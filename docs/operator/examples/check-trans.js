// What belongs to a transaction is seen to by it: CANCELs, ACKs, retransmissions.

function ksr_request_route() {
  if (KSR.is_CANCEL()) {
    if (KSR.tm.t_check_trans() > 0) KSR.tm.t_relay()
    else KSR.sl.send_reply(481, 'Call/Transaction Does Not Exist')
    return
  }
  // An ACK to a 2xx is passed on, one to anything else ends here.
  if (KSR.is_ACK()) {
    if (KSR.tm.t_check_trans() > 0) KSR.tm.t_relay()
    return
  }
  KSR.tm.t_check_trans()
  KSR.tm.t_relay()
}
