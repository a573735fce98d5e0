/** Milliseconds until what found no room is tried again. */
const RETRY = 20

/** The turns that a SIP thread wants for itself: at most one at once and one after a while wait, however many turns want them. */
export class WantedTurns {
  readonly #run: () => void
  #soon = false
  #later = false

  constructor(run: () => void) {
    this.#run = run
  }

  want(soon: boolean): void {
    if (soon) this.#wantSoon()
    else this.#wantLater()
  }

  #wantSoon(): void {
    if (this.#soon) return
    this.#soon = true
    setImmediate(this.#runSoon)
  }

  #wantLater(): void {
    if (this.#later) return
    this.#later = true
    setTimeout(this.#runLater, RETRY).unref()
  }

  readonly #runSoon = (): void => {
    this.#soon = false
    this.#run()
  }

  readonly #runLater = (): void => {
    this.#later = false
    this.#run()
  }
}
