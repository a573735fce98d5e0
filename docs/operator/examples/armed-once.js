// Arms a hook only where no other part of the script has done so already.

function ksr_request_route() {
  if (KSR.is_CANCEL()) {
    KSR.tm.t_relay_cancel()
    return
  }
  manage()
  manage()
  KSR.tm.t_relay()
}

function manage() {
  if (!(KSR.tm.t_is_set('branch_route') > 0)) KSR.tm.t_on_branch('ksr_branch_manage')
  if (!(KSR.tm.t_is_set('onreply_route') > 0)) KSR.tm.t_on_reply('ksr_onreply_manage')
  if (!(KSR.tm.t_is_set('failure_route') > 0) && KSR.is_INVITE()) KSR.tm.t_on_failure('ksr_failure_manage')
}

function ksr_branch_manage() {
  KSR.info(`new branch [${KSR.pv.get('$T_branch_idx')}] to ${KSR.pv.get('$ru')}`)
}

function ksr_onreply_manage() {
  KSR.info(`reply ${KSR.pv.get('$rs')}`)
}

function ksr_failure_manage() {
  // Who has hung up wants no other destination.
  if (KSR.tm.t_is_canceled() > 0) return
  KSR.info(`failed with ${KSR.tm.t_get_status_code()}`)
}
