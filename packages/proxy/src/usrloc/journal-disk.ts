import { closeSync, fdatasync, fdatasyncSync, ftruncateSync, openSync, readdirSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { JournalFile } from './appended-journal.ts'
import { journalHeader } from './journal-format.ts'

/** `location-WORKER-NUMBER.journal`. */
const NAME = /^location-(\d+)-(\d+)\.journal$/
/** A file is closed beyond this, so that the store takes it over and it can go. */
const FULL = 16 * 1024 * 1024
/** After this many milliseconds at the latest, what was appended is on the disk. */
const SYNC_INTERVAL = 1000

/** The journal files in a folder, in the order in which their changes were made. */
export function listJournals(folder: string): readonly string[] {
  const found = readdirSync(folder).flatMap((name) => {
    const match = NAME.exec(name)
    return match === null ? [] : [{ path: join(folder, name), worker: Number(match[1]), number: Number(match[2]) }]
  })
  return found.sort((a, b) => a.number - b.number || a.worker - b.worker).map(({ path }) => path)
}

export function readJournal(path: string): Uint8Array {
  return readFileSync(path)
}

export function removeJournal(path: string): void {
  unlinkSync(path)
}

export interface JournalDiskOptions {
  readonly folder: string
  /** Number of the SIP thread: each has files of its own. */
  readonly worker: number
  /** Nobody is told of a change before it is on the disk. */
  readonly syncFirst: boolean
  /** No more is written to this file. */
  readonly closed: (path: string) => void
  /** Tells the operator: null, all is well again; else what is wrong and what to do. Once for each change. */
  readonly trouble: (sentence: string | null) => void
  /** Runs what a sync sets off. */
  readonly turn: (work: () => void) => void
  /** A timer that keeps nobody alive. */
  readonly after: (ms: number, work: () => void) => void
  /** Octets beyond which a file is full. */
  readonly full?: number
  readonly write?: WriteAt
}

/** Where in the buffer, and where in the file. */
interface WriteRange {
  readonly start: number
  readonly length: number
  readonly position: number
}

/** Returns how many octets were written; throws the error of node:fs. */
type WriteAt = (fd: number, bytes: Uint8Array, range: WriteRange) => number

export const writeAt: WriteAt = (fd, bytes, { start, length, position }) => writeSync(fd, bytes, start, length, position)

/** The journal of one SIP thread on disk. Writes without waiting for the disk; syncs in the background. */
export class JournalDisk implements JournalFile {
  readonly #options: JournalDiskOptions
  readonly #full: number
  readonly #writeAt: WriteAt
  #number = 1
  #path: string
  #fd: number
  #size = 0
  #syncs = false
  #closed = false
  #trouble: string | null = null
  /** Beyond what was appended there is the rest of a write that failed, and it could not be cut off. */
  #spoilt = false

  /** Makes the first file. Throws the error of node:fs. */
  constructor(options: JournalDiskOptions) {
    this.#options = options
    this.#full = options.full ?? FULL
    this.#writeAt = options.write ?? writeAt
    this.#path = this.#pathOf(this.#number)
    this.#fd = this.#create(this.#path)
  }

  append(bytes: Uint8Array, length: number): boolean {
    try {
      if (this.#size >= this.#full || this.#spoilt) this.#turnPage()
      this.#write(bytes, length)
    } catch (error) {
      this.#fail(error)
      return false
    }
    this.#settle()
    if (!this.#syncs) {
      this.#syncs = true
      this.#options.after(SYNC_INTERVAL, this.#syncLater)
    }
    return true
  }

  sync(done: (ok: boolean) => void): void {
    fdatasync(this.#fd, (error) => {
      if (error !== null) this.#fail(error)
      this.#options.turn(() => done(error === null))
    })
  }

  close(): void {
    this.#closed = true
    fdatasyncSync(this.#fd)
    closeSync(this.#fd)
  }

  /** All or nothing: what a full disk took of a batch would hide the batches behind it. */
  #write(bytes: Uint8Array, length: number): void {
    let at = 0
    try {
      while (at < length) at += this.#writeAt(this.#fd, bytes, { start: at, length: length - at, position: this.#size + at })
    } catch (error) {
      this.#cutOff()
      throw error
    }
    this.#size += length
  }

  #cutOff(): void {
    try {
      ftruncateSync(this.#fd, this.#size)
    } catch {
      this.#spoilt = true
    }
  }

  /** The next file first: without it, the old one goes on. The store takes the old one over at once, and syncs what it takes. */
  #turnPage(): void {
    // A sync that is asked for afterwards knows the new file only.
    if (this.#options.syncFirst) fdatasyncSync(this.#fd)
    const path = this.#pathOf(this.#number + 1)
    const fd = this.#create(path)
    const old = { fd: this.#fd, path: this.#path }
    this.#number++
    this.#path = path
    this.#fd = fd
    this.#spoilt = false
    closeSync(old.fd)
    this.#options.closed(old.path)
  }

  #create(path: string): number {
    const fd = openSync(path, 'wx', 0o600)
    const header = journalHeader()
    try {
      writeSync(fd, header, 0, header.length, 0)
    } catch (error) {
      closeSync(fd)
      unlinkSync(path)
      throw error
    }
    this.#size = header.length
    return fd
  }

  #pathOf(number: number): string {
    return join(this.#options.folder, `location-${this.#options.worker}-${String(number).padStart(8, '0')}.journal`)
  }

  readonly #syncLater = (): void => {
    this.#syncs = false
    if (this.#closed) return
    const fd = this.#fd
    fdatasync(fd, (error) => {
      // It may have been closed meanwhile: then the store has it.
      if (error !== null && fd === this.#fd && !this.#closed) this.#fail(error)
    })
  }

  #fail(error: unknown): void {
    if (this.#trouble !== null) return
    this.#trouble = `Registrations cannot be written to ${this.#options.folder} and are refused: ${causeOf(error)}`
    this.#options.trouble(this.#trouble)
  }

  #settle(): void {
    if (this.#trouble === null) return
    this.#trouble = null
    this.#options.trouble(null)
  }
}

function causeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full. Make room on it; the engine goes on by itself.'
  if (code === 'EIO') return 'the disk reports an error. Check the disk; the engine goes on by itself when it works again.'
  return `${message}. Check the folder and its disk; the engine goes on by itself when it works again.`
}
