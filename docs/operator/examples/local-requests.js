// The last word on requests that this proxy sends of its own. Needs local-requests.toml.

function ksr_request_route() {
  const headers = 'From: <sip:proxy@example.com>\r\nTo: <sip:user@foreign.example>\r\n'
  KSR.tm.t_uac_send('MESSAGE', 'sip:user@foreign.example', '', '', headers, '')
  KSR.sl.send_reply(200, 'OK')
}

// Called for tm:local-request before each of them leaves: headers may be added, and drop() keeps it back.
function ksr_tm_event(evname) {
  KSR.info(`===== TM module triggered event: ${evname}`)
  if (/@foreign\.example/.test(KSR.pv.get('$ru'))) KSR.hdr.append('P-hint: foreign request\r\n')
}
