import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface HttpPlace {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
}

/** HTTP could not be opened; the message says why and what to do. */
export class HttpListenError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'HttpListenError'
  }
}

const CAUSES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken: stop the program that has it, or choose another port with --http',
  EACCES: 'is not allowed for this user: choose a port above 1023 with --http',
  EADDRNOTAVAIL: 'is no address of this machine: choose another with --http',
  ENOTFOUND: 'has a host name that does not resolve: write an address with --http',
}

/** Gives the URL. Rejects with HttpListenError. `notAccepted`: later, the system gave an error instead of a connection. */
export async function listenHttp(server: Server, { host, port }: HttpPlace, notAccepted: (error: Error) => void): Promise<string> {
  const shown = host.includes(':') ? `[${host}]` : host
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, () => {
        server.off('error', reject)
        server.on('error', notAccepted)
        resolve()
      })
    })
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    throw new HttpListenError(
      `HTTP on ${shown}:${port} ${CAUSES[code] ?? `cannot be opened (${message}): choose another place with --http`}`,
    )
  }
  return `http://${shown}:${(server.address() as AddressInfo).port}`
}
