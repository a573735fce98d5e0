import { compileMachine, type MachineTable } from './machine.ts'

/** INVITE server transaction: RFC 3261 17.2.1, Accepted state of RFC 6026 7.1. */
export const inviteServerTable: MachineTable = {
  name: 'ist',
  initial: 'proceeding',
  states: {
    proceeding: {
      request: [['resend', 'absorb'], 'proceeding'],
      provisional: [['send'], 'proceeding'],
      success: [['send'], 'accepted'],
      failure: [['send', 'startRetransmission', 'startTimeout'], 'completed'],
      transportError: [['unreachable'], 'proceeding'],
    },
    // RFC 6026 7.1: retransmitted INVITEs are absorbed without an answer, further 2xx pass, an ACK belongs to the user.
    accepted: {
      request: [['absorb'], 'accepted'],
      ack: [['pass'], 'accepted'],
      success: [['send'], 'accepted'],
      expire: [[], 'terminated'],
    },
    completed: {
      // RFC 3261 16.7 step 5: a 2xx that comes after all is forwarded, whatever was sent before.
      success: [['send', 'stopRetransmission', 'stopTimeout'], 'accepted'],
      request: [['resend', 'absorb'], 'completed'],
      ack: [['stopRetransmission', 'stopTimeout', 'absorb'], 'confirmed'],
      retransmit: [['resend', 'startRetransmission'], 'completed'],
      timeout: [['stopRetransmission'], 'confirmed'],
      transportError: [['unreachable'], 'completed'],
    },
    confirmed: {
      success: [['send'], 'accepted'],
      request: [['absorb'], 'confirmed'],
      ack: [['absorb'], 'confirmed'],
      expire: [[], 'terminated'],
    },
  },
}

export const inviteServer = compileMachine(inviteServerTable)
