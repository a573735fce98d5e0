// Three places to look at replies: all of them, those of one transaction, those of one branch.

const FLAG_PROGRESS = 1

function ksr_request_route() {
  if (KSR.is_CANCEL()) {
    KSR.tm.t_relay_cancel()
    return
  }
  KSR.seturi('sip:bob@bob.example.com') // first branch
  KSR.corex.append_branch_uri('sip:alice@alice.example.com') // second branch
  KSR.tm.t_on_reply('global')
  KSR.tm.t_on_branch('one')
  KSR.tm.t_relay()
}

// Every reply, before its transaction is looked up.
function ksr_reply_route() {
  KSR.info(`received a reply from ${KSR.pv.get('$si')}`)
}

// Replies of the transaction. Only provisional ones can be dropped.
function global() {
  if (KSR.tm.t_check_status('1[0-9][0-9]') < 0) return
  KSR.setflag(FLAG_PROGRESS)
  KSR.info('provisional reply received')
  if (KSR.tm.t_check_status('183') > 0) KSR.x.drop()
}

// A reply route armed here is for this branch, and for those made after it.
function one() {
  if (KSR.pv.get('$rU') === 'alice') KSR.tm.t_on_reply('alice')
}

function alice() {
  KSR.info('received reply on the branch from alice')
}
