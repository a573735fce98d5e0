import { lookup, type LookupAddress } from 'node:dns'

/** libuv has four threads for this, and one that waits for a silent server is gone for seconds. */
const MOST_UNDER_WAY = 64

type Look = (
  name: string,
  options: { readonly family: 4 | 6; readonly all: true },
  done: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void

/** The resolver of the system (getaddrinfo(3)), which may know names that no hosts file and no name server does. */
export class SystemResolver {
  readonly #look: Look
  #underWay = 0

  constructor(look: Look = lookup) {
    this.#look = look
  }

  /** `done` is called once with the addresses of a host; with none where nobody knows it, and at once where too many are asked for. */
  addresses(name: string, family: 4 | 6, done: (addresses: readonly string[]) => void): void {
    if (this.#underWay >= MOST_UNDER_WAY) return done([])
    this.#underWay++
    this.#look(name, { family, all: true }, (error, found) => {
      this.#underWay--
      done(error === null ? found.map(({ address }) => address) : [])
    })
  }
}
