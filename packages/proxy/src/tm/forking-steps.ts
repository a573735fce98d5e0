import type { RoutedMessage } from '../forward/routed-message.ts'
import { currentTarget, enterTarget } from '../forward/target-set.ts'
import type { ContactSteps, Target } from '../forward/target.ts'
import type { Cell } from './cell.ts'

/*
 * Serial and mixed forking by preference (tm-reference 9): t_load_contacts sorts the target set into steps of equal q,
 * t_next_contacts takes one step at a time, from failure routes as well.
 */

/** t_load_contacts: always 1. */
export function loadContacts(m: RoutedMessage, mode: number, random: () => number): number {
  const steps = takeSteps(m, mode, random)
  if (steps.length > 0) remember(m, { steps, flows: [] })
  return 1
}

/**
 * The contacts of the message as steps, the first to try first; the message has none any more. No steps: there is one contact at
 * most, and it stays. `random` for mode 1: one contact a step, in an order weighted by q.
 */
export function takeSteps(m: RoutedMessage, mode: number, random: () => number): Target[][] {
  const contacts: Target[] = m.requestUriConsumed ? [] : [currentTarget(m)]
  contacts.push(...m.targets)
  if (contacts.length <= 1) return []
  m.targets.length = 0
  m.requestUriConsumed = true
  return mode === 1 ? weightedOrder(contacts, random).map((contact) => [contact]) : stepsByPreference(contacts)
}

/** t_next_contacts: 1 the next step is the target set now, -2 nothing is left. */
export function nextContacts(m: RoutedMessage): number {
  const contacts = recall(m)
  const step = contacts?.steps.shift()
  if (contacts === null || step === undefined) return -2
  enterStep(m, withoutSpareFlows(step, contacts.flows))
  return 1
}

/** The step becomes the target set. */
export function enterStep(m: RoutedMessage, [first, ...others]: readonly Target[]): void {
  enterTarget(m, first)
  m.requestUriConsumed = false
  m.targets.length = 0
  m.targets.push(...others)
}

/** t_next_contact_flow, in event_route[tm:branch-failure]: a spare flow of the failed branch's device. 1, -2 none left. */
export function nextContactFlow(m: RoutedMessage): number {
  const contacts = recall(m)
  const { instance } = m
  const at = instance === '' || contacts === null ? -1 : contacts.flows.findIndex((flow) => flow.instance === instance)
  if (contacts === null || at < 0) return -2
  m.targets.push(...contacts.flows.splice(at, 1))
  return 1
}

function remember(m: RoutedMessage, contacts: ContactSteps): void {
  const cell = m.cell as Cell | null
  m.contacts = contacts
  if (cell !== null) cell.contacts = contacts
}

function recall(m: RoutedMessage): ContactSteps | null {
  return (m.cell as Cell | null)?.contacts ?? m.contacts
}

/** Highest q first, contacts without q last; within a step, those with a Path first. */
function stepsByPreference(contacts: readonly Target[]): Target[][] {
  const sorted = contacts.toSorted((a, b) => b.q - a.q || Number(b.path !== '') - Number(a.path !== ''))
  const steps: Target[][] = []
  for (const contact of sorted) {
    const step = steps.at(-1)
    if (step !== undefined && step[0].q === contact.q) step.push(contact)
    else steps.push([contact])
  }
  return steps
}

/** Drawn without replacement, the chance of each in proportion to its q; those with q 0 or none come last. */
function weightedOrder(contacts: readonly Target[], random: () => number): Target[] {
  const pool = contacts.filter((contact) => contact.q > 0)
  const order: Target[] = []
  while (pool.length > 0) {
    let ticket = random() * pool.reduce((sum, contact) => sum + contact.q, 0)
    const drawn = pool.findIndex((contact) => (ticket -= contact.q) < 0)
    order.push(...pool.splice(Math.max(0, drawn), 1))
  }
  return [...order, ...contacts.filter((contact) => contact.q <= 0)]
}

/** Of contacts with the same +sip.instance only the first is tried; the others are kept as its spare flows. */
export function withoutSpareFlows(step: readonly Target[], flows: Target[]): readonly Target[] {
  const seen = new Set<string>()
  return step.filter((contact) => {
    if (contact.instance === '' || !seen.has(contact.instance)) {
      seen.add(contact.instance)
      return true
    }
    flows.push(contact)
    return false
  })
}
