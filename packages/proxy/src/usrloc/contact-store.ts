import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { ContactChange } from './contact-journal.ts'
import type { Contact } from './contact.ts'
import { ContactStoreError, storeError } from './contact-store-error.ts'

const VERSION = 2

const SCHEMA = `
CREATE TABLE location (
  ruid TEXT PRIMARY KEY,
  domain TEXT NOT NULL,
  aor TEXT NOT NULL,
  contact TEXT NOT NULL,
  expires INTEGER NOT NULL,
  q INTEGER NOT NULL,
  callid TEXT NOT NULL,
  cseq INTEGER NOT NULL,
  user_agent TEXT NOT NULL,
  received TEXT NOT NULL,
  path TEXT NOT NULL,
  socket TEXT NOT NULL,
  source TEXT NOT NULL,
  flags INTEGER NOT NULL,
  cflags INTEGER NOT NULL,
  methods INTEGER NOT NULL,
  instance TEXT NOT NULL,
  reg_id INTEGER NOT NULL,
  last_modified INTEGER NOT NULL,
  attributes TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX location_expires ON location (expires);
PRAGMA user_version = ${VERSION};
`

const PUT = `INSERT INTO location VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (ruid) DO UPDATE SET domain = excluded.domain, aor = excluded.aor, contact = excluded.contact,
  expires = excluded.expires, q = excluded.q, callid = excluded.callid, cseq = excluded.cseq,
  user_agent = excluded.user_agent, received = excluded.received, path = excluded.path, socket = excluded.socket,
  source = excluded.source, flags = excluded.flags, cflags = excluded.cflags, methods = excluded.methods,
  instance = excluded.instance, reg_id = excluded.reg_id, last_modified = excluded.last_modified, attributes = excluded.attributes`

/** From version 1. */
const ADD_ATTRIBUTES = `ALTER TABLE location ADD COLUMN attributes TEXT NOT NULL DEFAULT ''; PRAGMA user_version = ${VERSION};`

const REFRESH = 'UPDATE location SET callid = ?, cseq = ?, expires = ?, last_modified = ? WHERE ruid = ?'

/**
 * The bindings on disk (SQLite), written by the control thread only, from the journals of the SIP threads. WAL with
 * synchronous=FULL: once a commit has returned, the journal that it came from may go. The lock is held as long as the store is open, so two engines cannot share one file.
 */
export class ContactStore {
  readonly path: string
  readonly #database: DatabaseSync
  readonly #put: StatementSync
  readonly #refresh: StatementSync
  readonly #remove: StatementSync

  /** Opens or creates the file. Throws ContactStoreError when that is impossible. */
  constructor(path: string) {
    this.path = path
    const database = openDatabase(path)
    try {
      prepareSchema(database, path)
      this.#put = database.prepare(PUT)
      this.#refresh = database.prepare(REFRESH)
      this.#remove = database.prepare('DELETE FROM location WHERE ruid = ?')
    } catch (error) {
      database.close()
      throw storeError(path, error)
    }
    this.#database = database
  }

  /** All of it in one transaction. Throws ContactStoreError when nothing was kept. */
  commit(changes: readonly ContactChange[]): void {
    try {
      this.#database.exec('BEGIN IMMEDIATE')
      for (const change of changes) this.#apply(change)
      this.#database.exec('COMMIT')
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw storeError(this.path, error)
    }
  }

  /** Every binding that has not expired at `now` (Unix milliseconds), in the order of the addresses of record. */
  load(now: number): Contact[] {
    try {
      const rows = this.#database.prepare('SELECT * FROM location WHERE expires > ? ORDER BY domain, aor, ruid').all(now)
      return rows.map(contactOf)
    } catch (error) {
      throw storeError(this.path, error)
    }
  }

  /** Forgets what has expired before `now`. Returns how many bindings went. */
  purge(now: number): number {
    try {
      return Number(this.#database.prepare('DELETE FROM location WHERE expires <= ?').run(now).changes)
    } catch (error) {
      throw storeError(this.path, error)
    }
  }

  close(): void {
    this.#database.close()
  }

  #apply(change: ContactChange): void {
    if (change.type === 'put') this.#write(change.contact)
    else if (change.type === 'remove') this.#remove.run(change.ruid)
    else {
      const { callId, cseq, expiresAt, lastModified, ruid } = change
      this.#refresh.run(callId, cseq, expiresAt, lastModified, ruid)
    }
  }

  #write(c: Contact): void {
    this.#put.run(
      c.ruid,
      c.table,
      c.aor,
      c.uri,
      c.expiresAt,
      c.q,
      c.callId,
      c.cseq,
      c.userAgent,
      c.received,
      c.path,
      c.socket,
      c.source,
      c.flags,
      c.branchFlags,
      c.methods,
      c.instance,
      c.regId,
      c.lastModified,
      c.attributes,
    )
  }
}

function openDatabase(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path)
  } catch (error) {
    throw storeError(path, error)
  }
}

function prepareSchema(database: DatabaseSync, path: string): void {
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  const check = String(Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {})[0])
  if (check !== 'ok')
    throw new ContactStoreError(path, `it is damaged (${check})`, 'Restore it from a backup, or move it away to start with an empty one.')
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version)
  if (version > VERSION) {
    throw new ContactStoreError(
      path,
      `it was written by a newer version (schema ${version})`,
      'Start that version, or move the file away to start with an empty one.',
    )
  }
  // The write also takes the lock, so that a second engine fails here and not at its first REGISTER.
  const change = version === 0 ? SCHEMA : version === 1 ? ADD_ATTRIBUTES : ''
  database.exec(`BEGIN IMMEDIATE; ${change} COMMIT`)
}

function contactOf(row: Readonly<Record<string, unknown>>): Contact {
  return {
    ruid: String(row.ruid),
    table: String(row.domain),
    aor: String(row.aor),
    uri: String(row.contact),
    expiresAt: Number(row.expires),
    q: Number(row.q),
    callId: String(row.callid),
    cseq: Number(row.cseq),
    userAgent: String(row.user_agent),
    received: String(row.received),
    path: String(row.path),
    socket: String(row.socket),
    source: String(row.source),
    flags: Number(row.flags),
    branchFlags: Number(row.cflags),
    methods: Number(row.methods),
    instance: String(row.instance),
    regId: Number(row.reg_id),
    lastModified: Number(row.last_modified),
    attributes: String(row.attributes),
  }
}
