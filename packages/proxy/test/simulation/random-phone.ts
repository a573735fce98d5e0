import type { Agent } from './agent.ts'
import { TextMessage } from './text-message.ts'

const FINALS = [200, 200, 200, 302, 401, 403, 404, 407, 408, 480, 484, 486, 487, 500, 503, 600, 603] as const

/** A phone that answers what it likes, when it likes, sometimes twice, sometimes never. */
export class RandomPhone {
  readonly agent: Agent
  readonly #dice: () => number
  readonly #seen = new Set<string>()
  readonly #invites = new Map<string, TextMessage>()
  #starts = 0

  constructor(agent: Agent, dice: () => number) {
    this.agent = agent
    this.#dice = dice
    agent.onMessage = (message, from) => {
      // Nothing looks back at what it got; a long simulation would keep it all.
      agent.received.length = 0
      if (!message.isRequest || message.method === 'ACK') return
      if (message.method === 'CANCEL') this.#cancelled(message, from)
      else if (!this.#seen.has(`${message.method} ${message.branch}`)) this.#asked(message, from)
    }
  }

  /** It is gone for so long, and remembers nothing of what it was about to say. */
  restart(ms: number): void {
    const { agent } = this
    agent.hide()
    this.#starts++
    this.#seen.clear()
    this.#invites.clear()
    agent.world.after(ms, () => agent.listen())
  }

  #later(ms: number, say: () => void): void {
    const start = this.#starts
    this.agent.world.after(ms, () => start === this.#starts && say())
  }

  #cancelled(message: TextMessage, from: string): void {
    const { agent } = this
    const dice = this.#dice
    agent.reply(from, message, dice() < 0.9 ? '200 Cancelled' : '481 Cancelled')
    const invite = this.#invites.get(message.branch)
    if (invite !== undefined && dice() < 0.8)
      this.#later(dice() * 1000, () => agent.reply(from, invite, dice() < 0.9 ? '487 After CANCEL' : '200 After CANCEL'))
  }

  #asked(message: TextMessage, from: string): void {
    const { agent } = this
    const dice = this.#dice
    this.#seen.add(`${message.method} ${message.branch}`)
    if (message.method === 'INVITE') this.#invites.set(message.branch, message)
    if (dice() < 0.1) return
    for (const [status, share] of [
      [100, 0.7],
      [180, 0.7],
      [183, 0.3],
    ] as const)
      if (dice() < share) this.#later(dice() * 500, () => agent.reply(from, message, `${status} Going on`))
    if (dice() < 0.1) return
    const status = this.#final()
    const at = dice() * 15_000
    const copies = status < 300 ? 1 + Math.floor(dice() * 3) : 1 + Math.floor(dice() * 6)
    const headers = status === 503 && dice() < 0.5 ? ['Retry-After: 5'] : []
    // Now and then it forgets who asked the one who asked it.
    const answered = dice() < 0.02 ? withOneVia(message) : message
    for (let copy = 0; copy < copies; copy++)
      this.#later(at + copy * 500, () => agent.reply(from, answered, `${status} Final ${status}`, headers))
    if (dice() < 0.05) this.#later(at + 100, () => agent.reply(from, message, `${this.#final()} Another`))
  }

  #final(): number {
    return FINALS[Math.floor(this.#dice() * FINALS.length)]
  }
}

function withOneVia(request: TextMessage): TextMessage {
  const others = request.all('Via').slice(1)
  return new TextMessage(others.reduce((text, via) => text.replace(`Via: ${via}\r\n`, ''), request.text))
}
