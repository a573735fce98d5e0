// What a script may ask about the message at hand: the keywords of native scripts and their variables.

const LARGEST = 2048

function ksr_request_route() {
  if (KSR.pv.get('$ml') > LARGEST) {
    KSR.sl.sl_send_reply(413, 'message too large') // msg:len
    return
  }
  if (KSR.pv.get('$af') === 'INET6') KSR.info('Message received over IPv6 link') // af
  if (KSR.pv.get('$Ri') === '10.0.0.1') KSR.info('message received on the first interface') // dst_ip
  if (KSR.pv.get('$Rp') === 5061) KSR.info('message was received on port 5061') // dst_port
  if (KSR.is_INVITE() && /.*@example\.com/.test(KSR.pv.get('$fu'))) KSR.info('the caller is from example.com') // from_uri
  if (KSR.pv.get('$rm') === 'REGISTER') KSR.info('this SIP request is a REGISTER message') // method
  if (KSR.pv.get('$pr') === 'udp') KSR.info('SIP message received over UDP') // proto
  if (KSR.pv.get('$si') === '127.0.0.1') KSR.info('the message was sent from localhost!') // src_ip
  if (KSR.pv.get('$sp') === 5061) KSR.info('message sent from port 5061') // src_port
  if (/sip:.+@(.+\.)?example\.com/.test(KSR.pv.get('$tu'))) KSR.info('this is a request for example.com users') // to_uri
  if (/sip:.+@(.+\.)?example\.com/.test(KSR.pv.get('$ru'))) KSR.info('it goes to example.com') // uri
  if (KSR.is_myself_ruri()) KSR.info('the request is for local processing') // uri == myself
  KSR.tm.t_relay()
}

function ksr_reply_route() {
  if (KSR.pv.get('$rs') === 200) KSR.info('this is a 200 OK reply') // status
}
