// Says by itself why a relay has failed.

const NO_INTERNAL_REPLY = 2

function ksr_request_route() {
  const result = KSR.tm.t_relay_to_flags(NO_INTERNAL_REPLY)
  if (result === -477) KSR.sl.sl_send_reply(404, 'Not Found') // it could not be sent
  else if (result < 0) KSR.sl.sl_reply_error()
}
