import { describe, expect, it } from 'vitest'
import { inviteClient } from '../../../src/tm/invite-client.ts'
import { inviteServer } from '../../../src/tm/invite-server.ts'
import { Input, nextState, stateNames, transition, type InputName, type Machine, type StateName } from '../../../src/tm/machine.ts'
import { nonInviteClient } from '../../../src/tm/non-invite-client.ts'
import { nonInviteServer } from '../../../src/tm/non-invite-server.ts'

const inputs = Object.keys(Input) as readonly InputName[]

const letters: Readonly<Record<string, StateName>> = {
  Y: 'trying',
  L: 'calling',
  P: 'proceeding',
  A: 'accepted',
  C: 'completed',
  F: 'confirmed',
  X: 'terminated',
}

/** One letter an input, in the order request ack provisional success failure retransmit timeout expire transportError; '.' ignored. */
const machines: readonly (readonly [clause: string, Machine, Partial<Record<StateName, string>>])[] = [
  [
    'INVITE server, RFC 3261 17.2.1, RFC 6026 7.1',
    inviteServer,
    { proceeding: 'P.PAC...P', accepted: 'AA.A...X.', completed: 'CF.A.CF.C', confirmed: 'FF.A...X.' },
  ],
  ['non-INVITE server, RFC 3261 17.2.2', nonInviteServer, { trying: 'Y.PCC....', proceeding: 'P.PCC...P', completed: 'C......XC' }],
  [
    'INVITE client, RFC 3261 17.1.1, RFC 6026 7.2',
    inviteClient,
    { calling: '..PACLC.C', proceeding: '..PAC.C..', accepted: '...AA..X.', completed: '..CAC..X.' },
  ],
  ['non-INVITE client, RFC 3261 17.1.2', nonInviteClient, { trying: '..PCCYC.C', proceeding: '..PCCPC.C', completed: '...CC..X.' }],
]

describe('state tables, RFC 3261 17.1.1, 17.1.2, 17.2.1, 17.2.2, RFC 6026 7.1, 7.2', () => {
  describe.each(machines)('%s', (_clause, machine, expected) => {
    const cases = Object.entries(expected).flatMap(([state, row]) =>
      inputs.map((input, i) => [state as StateName, input, letters[row[i]] ?? 'nothing'] as const),
    )

    it.each(cases)('%s + %s: %s', (state, input, outcome) => {
      const packed = transition(machine, stateNames.indexOf(state), Input[input])
      expect(packed < 0 ? 'nothing' : stateNames[nextState(packed)]).toBe(outcome)
    })

    it('has no other states', () => {
      const others = stateNames.filter((state) => !(state in expected))
      for (const state of others) for (const input of inputs) expect(transition(machine, stateNames.indexOf(state), Input[input])).toBe(-1)
    })
  })
})
