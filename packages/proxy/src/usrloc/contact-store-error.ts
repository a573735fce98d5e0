/** The location database cannot be used. `message` is one or two sentences: what is wrong, and what to do. */
export class ContactStoreError extends Error {
  override readonly name = 'ContactStoreError'
  readonly path: string

  constructor(path: string, cause: string, remedy: string) {
    super(`The location database ${path} cannot be used: ${cause}. ${remedy}`)
    this.path = path
  }
}

/** Primary result codes of SQLite. */
const Sqlite = {
  PERMISSION: 3,
  BUSY: 5,
  LOCKED: 6,
  READ_ONLY: 8,
  IO: 10,
  CORRUPT: 11,
  FULL: 13,
  CANNOT_OPEN: 14,
  NOT_A_DATABASE: 26,
} as const

const causes: ReadonlyMap<number, readonly [cause: string, remedy: string]> = new Map([
  [Sqlite.BUSY, ['another process has it open', 'Stop that process, or choose another --data-dir.']],
  [Sqlite.LOCKED, ['another process has it open', 'Stop that process, or choose another --data-dir.']],
  [Sqlite.CORRUPT, ['it is damaged', 'Restore it from a backup, or move it away to start with an empty one.']],
  [Sqlite.NOT_A_DATABASE, ['it is no SQLite file', 'Restore it from a backup, or move it away to start with an empty one.']],
  [Sqlite.READ_ONLY, ['it may not be written to', 'Make it writable for the user that runs the engine, or choose another --data-dir.']],
  [Sqlite.PERMISSION, ['it may not be written to', 'Make it writable for the user that runs the engine, or choose another --data-dir.']],
  [
    Sqlite.CANNOT_OPEN,
    ['it cannot be opened or created', 'Check that the directory exists and is writable, or choose another --data-dir.'],
  ],
  [Sqlite.FULL, ['the disk is full', 'Make room on it, or choose another --data-dir.']],
])

/** What SQLite said, as a sentence for the operator. */
export function storeError(path: string, error: unknown): ContactStoreError {
  if (error instanceof ContactStoreError) return error
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0
  const [cause, remedy] = causes.get(code) ?? [message, 'Check the disk and the file, or choose another --data-dir.']
  return new ContactStoreError(path, cause, remedy)
}
