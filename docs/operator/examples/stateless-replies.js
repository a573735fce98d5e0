// Looks at replies that belong to no transaction. Needs stateless-replies.toml.

function ksr_request_route() {
  KSR.sl.send_reply(404, 'Not Found')
}

// Returning 0 keeps the reply from being forwarded.
function stateless_replies() {
  return KSR.pv.get('$rs') < 200 ? 0 : 1
}
