import { Agent, type RequestOptions } from '../simulation/agent.ts'
import type { TextMessage } from '../simulation/text-message.ts'
import { STREAM, World } from '../simulation/world.ts'
import { ScriptedProxy, type ScriptedOptions } from './scripted-proxy.ts'

export const PROXY = '10.0.0.1:5060'
export const ALICE = '10.0.0.2:5060'
export const BOB = '10.0.0.3:5060'
export const CAROL = '10.0.0.4:5060'
export const DAVE = '10.0.0.5:5060'

/** `say(...)` in a script writes what the test reads by `said`. The route for CANCEL is the same in all of them. */
const PRELUDE = `
function say(...values) { console.error(values.map((value) => String(value)).join(' ')) }
`

/** Alice calls Bob, or others, through a proxy that runs a script. */
export class ScriptedCall {
  readonly world = new World(1)
  readonly scripted: ScriptedProxy
  readonly alice = new Agent(this.world, ALICE)
  readonly bob = new Agent(this.world, BOB)
  readonly carol = new Agent(this.world, CAROL)
  readonly dave = new Agent(this.world, DAVE)
  /** Bob again, on a stream. */
  readonly bobOverTcp = new Agent(this.world, STREAM + BOB)

  constructor(script: string, options: Omit<ScriptedOptions, 'script'> = {}) {
    this.scripted = new ScriptedProxy(this.world, { ...options, script: PRELUDE + script })
    for (const phone of [this.bob, this.carol, this.dave, this.bobOverTcp]) this.answer(phone, {})
  }

  /** What the script said, in order. */
  get said(): readonly string[] {
    return this.scripted.log.filter((line) => line.startsWith('error ')).map((line) => line.slice('error '.length))
  }

  /** Transactions in the table. */
  get current(): number {
    return this.scripted.proxy.current
  }

  /** What the phone says to an INVITE, and to other requests; a CANCEL ends its INVITE. */
  answer(phone: Agent, { invite = [], other = '200 OK' }: { readonly invite?: readonly string[]; readonly other?: string }): void {
    phone.onMessage = (message, from) => {
      if (!message.isRequest || message.method === 'ACK') return
      if (message.method === 'INVITE') for (const status of invite) phone.reply(from, message, status)
      else if (message.method === 'CANCEL') {
        phone.reply(from, message, '200 OK')
        phone.reply(from, phone.last('INVITE'), '487 Request Terminated')
      } else phone.reply(from, message, other)
    }
  }

  /** Alice sends an INVITE to Bob; 50 ms pass. */
  invite(options: Partial<RequestOptions> = {}): TextMessage {
    return this.request({ method: 'INVITE', uri: `sip:bob@${BOB}`, ...options })
  }

  request(options: RequestOptions): TextMessage {
    const message = this.alice.request(PROXY, options)
    this.run(50)
    return message
  }

  cancel(invite: TextMessage, headers: readonly string[] = []): void {
    this.alice.cancel(PROXY, invite, headers)
    this.run(50)
  }

  run(ms: number): void {
    this.world.run(ms)
  }

  /** Status codes that Alice got for her INVITEs. */
  get statuses(): readonly number[] {
    return this.alice.statuses('INVITE')
  }

  /** The whole status line of the last reply to a method. */
  last(method = 'INVITE'): string {
    return this.alice.last(method).startLine.replace('SIP/2.0 ', '')
  }
}

/** A request route that also takes the CANCEL of what it has relayed. */
export function requestRoute(body: string, others = ''): string {
  return `function ksr_request_route() { if (KSR.is_CANCEL()) { KSR.tm.t_relay_cancel(); return } ${body} }\n${others}`
}
