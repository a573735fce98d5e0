import { compileMachine, type MachineTable } from './machine.ts'

/** Non-INVITE client transaction: RFC 3261 17.1.2. */
export const nonInviteClientTable: MachineTable = {
  name: 'nict',
  initial: 'trying',
  states: {
    trying: {
      retransmit: [['resend', 'startRetransmission'], 'trying'],
      timeout: [['stopRetransmission', 'timedOut'], 'completed'],
      provisional: [['slowRetransmission', 'pass'], 'proceeding'],
      success: [['stopRetransmission', 'stopTimeout', 'pass'], 'completed'],
      failure: [['stopRetransmission', 'stopTimeout', 'pass'], 'completed'],
      transportError: [['stopRetransmission', 'stopTimeout', 'unreachable'], 'completed'],
    },
    proceeding: {
      retransmit: [['resend', 'startRetransmission'], 'proceeding'],
      timeout: [['stopRetransmission', 'timedOut'], 'completed'],
      provisional: [['pass'], 'proceeding'],
      success: [['stopRetransmission', 'stopTimeout', 'pass'], 'completed'],
      failure: [['stopRetransmission', 'stopTimeout', 'pass'], 'completed'],
      transportError: [['stopRetransmission', 'stopTimeout', 'unreachable'], 'completed'],
    },
    completed: {
      success: [['absorb'], 'completed'],
      failure: [['absorb'], 'completed'],
      expire: [[], 'terminated'],
    },
  },
}

export const nonInviteClient = compileMachine(nonInviteClientTable)
