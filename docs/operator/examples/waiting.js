// `await` suspends the transaction: every caller is delayed a little more than the one before, up to a second.

let calls = 0

async function ksr_request_route() {
  if (KSR.is_CANCEL()) {
    KSR.tm.t_relay_cancel()
    return
  }
  if (KSR.is_INVITE()) await turn()
  KSR.tm.t_relay()
}

async function turn() {
  calls += 1
  await KSR.signalbox.sleep(Math.min(calls * 100, 1000))
}
