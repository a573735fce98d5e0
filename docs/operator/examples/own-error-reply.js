// Says by itself that a relay has failed: with this flag t_relay returns -4 then, and keeps the error for t_reply_error.

const NO_INTERNAL_REPLY = 2
const LEFT_TO_SCRIPT = -4

function ksr_request_route() {
  if (KSR.tm.t_relay_to_flags(NO_INTERNAL_REPLY) !== LEFT_TO_SCRIPT) return
  if (KSR.is_INVITE()) KSR.sl.sl_send_reply(404, 'Not Found')
  else KSR.tm.t_reply_error()
}
