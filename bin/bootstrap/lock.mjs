import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runtimeFolder } from './paths.mjs'
import { BootstrapError } from './tell.mjs'

const file = join(runtimeFolder, 'lock')
const POLL_MS = 200
/** A lock file is empty between its making and its writing; older than this, its maker was killed in between. */
const EMPTY_FOR_MS = 5000

/** Runs `work` while no other start of this checkout installs. The lock of a process that is gone is taken over. */
export async function locked(work) {
  writable(() => mkdirSync(runtimeFolder, { recursive: true }))
  let told = false
  while (!writable(take)) {
    const owner = ownerAlive()
    if (owner === null) {
      rmSync(file, { force: true })
      continue
    }
    if (!told) process.stderr.write(`Signalbox: process ${owner} is installing in this folder; waiting for it.\n`)
    told = true
    await sleep(POLL_MS)
  }
  const release = () => rmSync(file, { force: true })
  process.on('exit', release)
  try {
    return await work()
  } finally {
    process.off('exit', release)
    release()
  }
}

/** A service runs in a folder that is not its own: what its owner did not prepare, it cannot. */
function writable(work) {
  try {
    return work()
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) throw error
    throw new BootstrapError(
      `something is not installed or built here yet, and ${runtimeFolder} cannot be written to (${error.code}): run "npm run build" here as the owner of the folder, with this Node.js (${process.version}).`,
    )
  }
}

function take() {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

/** Process id of the lock's owner; null when it is gone. */
function ownerAlive() {
  try {
    const text = readFileSync(file, 'utf8')
    if (text === '') return Date.now() - statSync(file).mtimeMs < EMPTY_FOR_MS ? 'another' : null
    process.kill(Number(text), 0)
    return text
  } catch (error) {
    return error.code === 'EPERM' ? 'another' : null
  }
}
