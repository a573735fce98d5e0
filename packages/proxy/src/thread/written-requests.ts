import { close, closeSync, constants, fstatSync, openSync, write, writeSync } from 'node:fs'
import type { RequestOutput } from '../tm/transaction-core.ts'
import { openUnixDatagrams, type UnixDatagrams } from './unix-datagram.ts'

/** What open waits for is a reader, and O_NONBLOCK forbids it to. */
const OPEN_FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK

/** Between two attempts at a socket whose reader is behind, ms. */
const PAUSE = 10

/** FIFOs, files and unix datagram sockets, written without waiting for whoever reads them. */
export class WrittenRequests implements RequestOutput {
  /** Told in a sentence what could not be written. */
  readonly #report: (failure: string) => void
  #sockets: UnixDatagrams | null | undefined

  constructor(report: (failure: string) => void) {
    this.#report = report
  }

  toFile(path: string, text: string): boolean {
    try {
      this.#write(path, openSync(path, OPEN_FLAGS), Buffer.from(text))
      return true
    } catch (error) {
      return this.#failed(path, error)
    }
  }

  toSocket(path: string, text: string, ms: number): boolean {
    this.#sockets ??= openUnixDatagrams()
    if (this.#sockets === null) return this.#failed(path, 'unix datagram sockets need node:ffi, which this Node.js does not have')
    const outcome = this.#sockets.send(path, text)
    if (outcome === 'full' && ms > 0) this.#sendLater(path, text, ms)
    else if (outcome !== 'sent') return this.#failed(path, outcome)
    return true
  }

  /** A FIFO takes it at once or not at all; a file may be on a slow disk. */
  #write(path: string, fd: number, bytes: Buffer): void {
    if (fstatSync(fd).isFIFO()) {
      writeWhole(fd, bytes)
      return
    }
    write(fd, bytes, (error) => {
      close(fd)
      if (error !== null) this.#failed(path, error)
    })
  }

  #sendLater(path: string, text: string, left: number): void {
    const again = (): void => {
      const outcome = this.#sockets?.send(path, text)
      if (outcome === 'full' && left > PAUSE) this.#sendLater(path, text, left - PAUSE)
      else if (outcome !== 'sent') this.#failed(path, outcome)
    }
    setTimeout(again, PAUSE).unref()
  }

  #failed(path: string, error: unknown): false {
    const reason = error === 'full' ? 'its reader is behind' : error instanceof Error ? error.message : String(error)
    this.#report(`a request could not be written to ${path}: ${reason}`)
    return false
  }
}

function writeWhole(fd: number, bytes: Buffer): void {
  try {
    const written = writeSync(fd, bytes)
    if (written < bytes.length) throw new Error(`only ${written} of ${bytes.length} octets fitted in`)
  } finally {
    closeSync(fd)
  }
}
