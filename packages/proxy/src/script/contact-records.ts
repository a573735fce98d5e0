import type { RoutedMessage } from '../forward/routed-message.ts'
import type { Target } from '../forward/target.ts'
import { socketName } from '../registrar/socket-name.ts'
import { enterStep, withoutSpareFlows } from '../tm/forking-steps.ts'
import { ContactAttributes } from './contact-attributes.ts'
import type { KsrEnvironment } from './ksr-environment.ts'
import { scalarOf } from './pv/xavp-variable.ts'
import type { XavpFields, XavpValue } from './pv/xavps.ts'

const DONE = 1
const NOTHING_LEFT = -2
const WRONG_VALUE = -3

/**
 * Serial forking whose steps the script can see and change: contacts_avp holds the contacts still to be tried, the next one first,
 * and contact_flows_avp the spare flows of devices (tm-reference 9). Without these parameters the transaction keeps them.
 */
export class ContactRecords {
  readonly #env: KsrEnvironment
  readonly #attributes: ContactAttributes

  constructor(env: KsrEnvironment) {
    this.#env = env
    this.#attributes = new ContactAttributes(env)
  }

  /** t_load_contacts: always 1. */
  load(m: RoutedMessage, mode: number): number {
    const { tm, params } = this.#env.services
    const name = params.contacts_avp
    if (name === '') return tm.loadContacts(m, mode)
    const steps = tm.takeContactSteps(m, mode)
    if (steps.length === 0) return DONE
    const xavps = this.#env.avps.ownXavps()
    xavps.removeAll(name)
    xavps.removeAll(params.contact_flows_avp)
    for (const [i, step] of steps.entries()) {
      const isLast = i === steps.length - 1
      for (const [j, target] of step.entries()) xavps.append(name, this.#record(target, !isLast && j === step.length - 1))
    }
    this.#attributes.takeAway()
    return DONE
  }

  /** t_next_contacts: 1 the next step is the target set now, -2 nothing is left, -3 the XAVP holds something else. */
  next(m: RoutedMessage): number {
    const { tm, params } = this.#env.services
    const name = params.contacts_avp
    if (name === '') return tm.nextContacts(m)
    const { xavps } = this.#env.avps
    const records: XavpFields[] = []
    do {
      const record = xavps?.get(name)
      if (record === undefined) break
      if (!(record instanceof Map)) return WRONG_VALUE
      xavps?.remove(name)
      records.push(record)
    } while (numberIn(records[records.length - 1], 'q_flag') === 0)
    if (records.length === 0) return NOTHING_LEFT
    this.#attributes.bringBack(records)
    const flows: Target[] = []
    enterStep(
      m,
      withoutSpareFlows(
        records.map((record) => this.#target(record)),
        flows,
      ),
    )
    for (const flow of flows) xavps?.append(params.contact_flows_avp, this.#record(flow, false))
    return DONE
  }

  /** t_next_contact_flow: 1, -2 the device of the failed branch has no other flow. */
  nextFlow(m: RoutedMessage): number {
    const { tm, params } = this.#env.services
    const name = params.contact_flows_avp
    if (name === '') return tm.nextContactFlow(m)
    const { xavps } = this.#env.avps
    const flows = xavps?.all(name) ?? []
    const at = m.instance === '' ? -1 : flows.findIndex((flow) => flow instanceof Map && textIn(flow, 'instance') === m.instance)
    if (at < 0) return NOTHING_LEFT
    m.targets.push(this.#target(flows[at] as XavpFields))
    xavps?.remove(name, at)
    return DONE
  }

  /** `q_flag` 1: the step ends with this contact. What a contact has not is left out. */
  #record(target: Target, endsStep: boolean): XavpFields {
    const { listener } = target
    const userAgent = this.#env.services.registrar.contact(target.ruid)?.userAgent ?? ''
    const fields: readonly (readonly [string, XavpValue])[] = [
      ['uri', target.uri],
      ['dst_uri', target.destinationUri],
      ['path', target.path],
      ['sock', listener === null ? '' : socketName(listener.transport, listener)],
      ['flags', target.flags],
      ['q_flag', endsStep ? 1 : 0],
      ['instance', target.instance],
      ['ruid', target.ruid],
      ['ua', userAgent],
    ]
    const record: XavpFields = new Map(fields.filter(([, value]) => value !== '').map(([field, value]) => [field, [value]]))
    this.#attributes.putInto(record, target.ruid)
    return record
  }

  #target(record: XavpFields): Target {
    const sock = textIn(record, 'sock')
    const listener = this.#env.services.listeners().find((one) => socketName(one.transport, one) === sock) ?? null
    return {
      uri: textIn(record, 'uri'),
      destinationUri: textIn(record, 'dst_uri'),
      path: textIn(record, 'path'),
      q: -1,
      flags: numberIn(record, 'flags'),
      listener,
      instance: textIn(record, 'instance'),
      ruid: textIn(record, 'ruid'),
    }
  }
}

function textIn(record: XavpFields, field: string): string {
  return String(scalarOf(field, record.get(field)?.[0]) ?? '')
}

function numberIn(record: XavpFields, field: string): number {
  return Number(textIn(record, field)) || 0
}
