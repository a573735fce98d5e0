import type { Phone } from './phone.ts'
import type { Random } from './random.ts'
import { pace, remarks, scenes } from './scenes.ts'
import { Timers } from './timers.ts'

/** A binding lives longer than a round of refreshes takes. */
export const REGISTRATION_SECONDS = 180

/** Makes the phones do something, steadily, until it is told to stop. */
export class Director {
  readonly #phones: readonly Phone[]
  readonly #random: Random
  readonly #timers = new Timers()
  #refreshed = 0

  constructor(phones: readonly Phone[], random: Random) {
    this.#phones = phones
    this.#random = random
  }

  start(): void {
    this.#steadily(pace.call, () => this.#call())
    this.#steadily(pace.message, () => this.#message())
    this.#steadily(pace.ping, () => this.#random.pick(this.#phones).ping())
    this.#steadily(pace.refresh, () => this.#refresh())
  }

  stop(): void {
    this.#timers.clear()
  }

  #steadily(mean: number, act: () => void): void {
    this.#timers.after(this.#random.gap(mean), () => {
      act()
      this.#steadily(mean, act)
    })
  }

  #call(): void {
    const scene = this.#random.weighted(scenes)
    const callee = this.#random.pick(scene.callees)
    const plan = {
      giveUpAfter: scene.giveUpAfter === null ? null : this.#random.within(scene.giveUpAfter),
      talk: this.#random.within(scene.talk),
    }
    this.#someoneElse(callee).call(callee, plan)
  }

  #message(): void {
    const to = this.#random.pick(this.#phones).role.user
    this.#someoneElse(to).say(to, this.#random.pick(remarks))
  }

  #refresh(): void {
    const phone = this.#phones[this.#refreshed % this.#phones.length]
    this.#refreshed += 1
    void phone.register(REGISTRATION_SECONDS)
  }

  #someoneElse(user: string): Phone {
    return this.#random.pick(this.#phones.filter(({ role }) => role.user !== user))
  }
}
