interface BranchTimes {
  rang: number
  ended: number
  cancelled: number
}

/** What became of the branches of one INVITE on the wire, and when, in ms; Infinity: never. */
export class InviteBranches {
  readonly #branches = new Map<number, BranchTimes>()
  /** When the call was over for all of them: a 2xx went to the caller, or one of them answered 6xx. */
  #over = Infinity

  /** A reply to the INVITE came. */
  replied(branch: number, status: number, now: number): void {
    const one = this.#at(branch)
    if (status < 200) one.rang = Math.min(one.rang, now)
    else one.ended = Math.min(one.ended, now)
  }

  cancelled(branch: number, now: number): void {
    const one = this.#at(branch)
    one.cancelled = Math.min(one.cancelled, now)
  }

  over(now: number): void {
    this.#over = Math.min(this.#over, now)
  }

  /** Branches that have rung, got no final reply and were not told that it is over: phones that ring for ever (RFC 3261 16.10). */
  get forgotten(): readonly number[] {
    return this.#all(({ rang, ended, cancelled }) => rang < Infinity && ended === Infinity && cancelled === Infinity)
  }

  /** Branches that went on ringing when somebody else had ended the call (RFC 3261 16.7 steps 5 and 10). */
  get late(): readonly number[] {
    return this.#all(({ rang, ended, cancelled }) => rang < this.#over && ended > this.#over && cancelled > this.#over)
  }

  #all(what: (one: BranchTimes) => boolean): readonly number[] {
    return [...this.#branches].filter(([, one]) => what(one)).map(([branch]) => branch)
  }

  #at(branch: number): BranchTimes {
    const known = this.#branches.get(branch)
    if (known !== undefined) return known
    const one = { rang: Infinity, ended: Infinity, cancelled: Infinity }
    this.#branches.set(branch, one)
    return one
  }
}
