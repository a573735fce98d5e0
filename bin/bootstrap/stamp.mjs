import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, runtimeFolder } from './paths.mjs'

const SKIPPED = new Set(['node_modules', 'dist', 'dist-mock'])

/** One hash over the contents of files and folders of the checkout. */
export function hashOf(...paths) {
  const hash = createHash('sha256')
  for (const path of paths) addTo(hash, path)
  return hash.digest('hex')
}

function addTo(hash, path) {
  let entries
  try {
    entries = readdirSync(join(root, path), { withFileTypes: true })
  } catch (error) {
    if (error.code === 'ENOENT') return
    if (error.code !== 'ENOTDIR') throw error
    hash.update(`${path}\0`).update(readFileSync(join(root, path)))
    return
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!SKIPPED.has(entry.name)) addTo(hash, join(path, entry.name))
  }
}

/** What was true when a step was last finished. */
export function readStamp(name) {
  try {
    return readFileSync(join(runtimeFolder, `${name}.stamp`), 'utf8')
  } catch {
    return ''
  }
}

export function writeStamp(name, text) {
  mkdirSync(runtimeFolder, { recursive: true })
  writeFileSync(join(runtimeFolder, `${name}.stamp`), text)
}

export function removeStamp(name) {
  rmSync(join(runtimeFolder, `${name}.stamp`), { force: true })
}
