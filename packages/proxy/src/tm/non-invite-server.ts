import { compileMachine, type MachineTable } from './machine.ts'

/** Non-INVITE server transaction: RFC 3261 17.2.2. */
export const nonInviteServerTable: MachineTable = {
  name: 'nist',
  initial: 'trying',
  states: {
    trying: {
      request: [['absorb'], 'trying'],
      provisional: [['send'], 'proceeding'],
      success: [['send'], 'completed'],
      failure: [['send'], 'completed'],
    },
    proceeding: {
      request: [['resend', 'absorb'], 'proceeding'],
      provisional: [['send'], 'proceeding'],
      success: [['send'], 'completed'],
      failure: [['send'], 'completed'],
      transportError: [['unreachable'], 'proceeding'],
    },
    completed: {
      request: [['resend', 'absorb'], 'completed'],
      expire: [[], 'terminated'],
      transportError: [['unreachable'], 'completed'],
    },
  },
}

export const nonInviteServer = compileMachine(nonInviteServerTable)
