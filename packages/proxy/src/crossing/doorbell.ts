const AWAKE = 0
const ASLEEP = 1

/** Wakes a SIP thread that waits for its sockets when another one has put something into its rings. */
export class Doorbell {
  readonly #states: Int32Array<SharedArrayBuffer>
  readonly #worker: number
  readonly #rung: () => void
  #asleep = false
  #listening = false

  /** `rung` is called in this thread, outside of everything else, when another thread has rung while it slept. */
  constructor(states: SharedArrayBuffer, worker: number, rung: () => void) {
    this.#states = new Int32Array(states)
    this.#worker = worker
    this.#rung = rung
  }

  /** This thread is at work and will look into its rings by itself. */
  wake(): void {
    if (!this.#asleep) return
    this.#asleep = false
    Atomics.store(this.#states, this.#worker, AWAKE)
  }

  /** This thread wants to be rung. Afterwards it must look into its rings once more: what came just before rang for nobody. */
  sleep(): void {
    this.#asleep = true
    Atomics.store(this.#states, this.#worker, ASLEEP)
    if (!this.#listening) this.#listen()
  }

  /** Of several that ring at once, one does. */
  ring(worker: number): void {
    const states = this.#states
    if (Atomics.load(states, worker) !== ASLEEP) return
    if (Atomics.compareExchange(states, worker, ASLEEP, AWAKE) === ASLEEP) Atomics.notify(states, worker)
  }

  #listen(): void {
    const wait = Atomics.waitAsync(this.#states, this.#worker, ASLEEP)
    this.#listening = true
    // Not asynchronous: it has been rung between the two steps of going to sleep.
    const heard = wait.async ? wait.value : Promise.resolve()
    void heard.then(this.#hear)
  }

  readonly #hear = (): void => {
    this.#listening = false
    this.#rung()
  }
}
