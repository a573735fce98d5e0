import { compileMachine, type MachineTable } from './machine.ts'

/** INVITE client transaction: RFC 3261 17.1.1, Accepted state of RFC 6026 7.2; timer C of 16.6 step 11 is fr_inv_timer. */
export const inviteClientTable: MachineTable = {
  name: 'ict',
  initial: 'calling',
  states: {
    calling: {
      retransmit: [['resend', 'startRetransmission'], 'calling'],
      timeout: [['stopRetransmission', 'timedOut'], 'completed'],
      provisional: [['stopRetransmission', 'startInviteTimeout', 'pass'], 'proceeding'],
      success: [['stopRetransmission', 'stopTimeout', 'pass'], 'accepted'],
      failure: [['stopRetransmission', 'stopTimeout', 'acknowledge', 'pass'], 'completed'],
      transportError: [['stopRetransmission', 'stopTimeout', 'unreachable'], 'completed'],
    },
    proceeding: {
      provisional: [['startInviteTimeout', 'pass'], 'proceeding'],
      success: [['stopTimeout', 'pass'], 'accepted'],
      failure: [['stopTimeout', 'acknowledge', 'pass'], 'completed'],
      timeout: [['timedOut'], 'completed'],
    },
    // RFC 6026 7.2: every 2xx passes, also those of other endpoints behind a downstream fork.
    accepted: {
      success: [['pass'], 'accepted'],
      failure: [['acknowledge', 'absorb'], 'accepted'],
      expire: [[], 'terminated'],
    },
    // A 2xx after the branch was given up for lost still belongs to a call that was answered (RFC 3261 16.7 step 5).
    completed: {
      failure: [['acknowledge', 'absorb'], 'completed'],
      provisional: [['cancelLate', 'absorb'], 'completed'],
      success: [['pass'], 'accepted'],
      expire: [[], 'terminated'],
    },
  },
}

export const inviteClient = compileMachine(inviteClientTable)
