/**
 * State machines of RFC 3261 17 (as amended by RFC 6026) are tables: state -> input -> [actions, next state]. What a table does
 * not list does not happen: the input is ignored. Tables are written with names and compiled to arrays of small integers.
 */

/** Server and client states share one numbering; 0 is a slot without a transaction. */
export const State = {
  none: 0,
  trying: 1,
  calling: 2,
  proceeding: 3,
  accepted: 4,
  completed: 5,
  confirmed: 6,
  terminated: 7,
} as const

export type StateName = keyof typeof State

export const stateNames = Object.keys(State) as readonly StateName[]

/** What can happen to a machine. Timers carry the letters of RFC 3261 table 4. */
export const Input = {
  /** Server: the request again. */
  request: 0,
  ack: 1,
  /** Server: a reply of that class to be sent. Client: one that came in. */
  provisional: 2,
  success: 3,
  failure: 4,
  /** A, E (requests) or G (replies). */
  retransmit: 5,
  /** B, F, C: no final reply. H: no ACK. */
  timeout: 6,
  /** D, I, J, K, L, M: the time to absorb is over. */
  expire: 7,
  transportError: 8,
} as const

export type InputName = keyof typeof Input

const INPUTS = Object.keys(Input).length

/**
 * What a machine has done to its transaction. The code asks for the actions in which rows of one input differ. What an input does
 * wherever it is listed (a timer that sends again, a reply that is sent, a message that is absorbed) is done where it comes in; it
 * stands in the tables so that they read like the figures of the RFC. So does `expire`: the wait timer removes the transaction.
 */
export const Action = {
  /** Hand the message to the transaction user. */
  pass: 1,
  /** Server: send the new reply. */
  send: 2,
  /** Server: send the last reply again. Client: send the request again. */
  resend: 4,
  /** Client: acknowledge the negative reply to an INVITE. */
  acknowledge: 8,
  stopRetransmission: 16,
  stopTimeout: 32,
  /** Unreliable transports only. */
  startRetransmission: 64,
  startTimeout: 128,
  /** Non-INVITE client, timer E after a provisional: slow down to T2. */
  slowRetransmission: 256,
  /** INVITE client: fr_inv_timer takes the place of fr_timer. */
  startInviteTimeout: 512,
  /** Tell the transaction user that nobody answered. */
  timedOut: 1024,
  /** Tell the transaction user that the transport failed. */
  unreachable: 2048,
  absorb: 4096,
  /** INVITE client: a callee that begins to ring after it was given up for lost is told to stop. */
  cancelLate: 8192,
} as const

export type ActionName = keyof typeof Action

export type Row = Partial<Record<InputName, readonly [actions: readonly ActionName[], next: StateName]>>

export interface MachineTable {
  readonly name: 'ist' | 'nist' | 'ict' | 'nict'
  readonly initial: StateName
  readonly states: Partial<Record<StateName, Row>>
}

export interface Machine {
  readonly name: MachineTable['name']
  readonly initial: number
  /** Index state * INPUTS + input: next state << 16 | action bits; -1 where the table lists nothing. */
  readonly transitions: Int32Array
}

export function compileMachine(table: MachineTable): Machine {
  const transitions = new Int32Array(stateNames.length * INPUTS).fill(-1)
  for (const [state, row] of Object.entries(table.states)) {
    for (const [input, [actions, next]] of Object.entries(row)) {
      const bits = actions.reduce((sum, action) => sum | Action[action], 0)
      transitions[State[state as StateName] * INPUTS + Input[input as InputName]] = (State[next] << 16) | bits
    }
  }
  return { name: table.name, initial: State[table.initial], transitions }
}

/** The packed transition, or -1. */
export function transition(machine: Machine, state: number, input: number): number {
  return machine.transitions[state * INPUTS + input]
}

export function nextState(packed: number): number {
  return packed >> 16
}

export function actionsOf(packed: number): number {
  return packed & 0xffff
}
