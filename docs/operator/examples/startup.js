// What stands outside of functions runs once, before the first message: the place to prepare what routes use.

const prefixes = new Map([
  ['+49', 'sip:gw-de.example.com'],
  ['+1', 'sip:gw-us.example.com'],
])

function ksr_request_route() {
  const number = KSR.pv.get('$rU') ?? ''
  for (const [prefix, gateway] of prefixes) {
    if (!number.startsWith(prefix)) continue
    KSR.setdsturi(gateway)
    KSR.tm.t_relay()
    return
  }
  KSR.sl.send_reply(404, 'No Such Country')
}
