import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildNativeModule } from '../../native/build-native-module.ts'
import type { BatchSystem } from './batch-system.ts'
import { openNativeSystem } from './native-system.ts'

/** A fresh build of the native module, for tests; null where it cannot be built (no compiler, no headers). */
export function builtNativeModule(): string | null {
  const file = join(mkdtempSync(join(tmpdir(), 'signalbox-native-')), 'datagram.node')
  return buildNativeModule(file) === '' ? file : null
}

export function builtNativeSystem(): BatchSystem | null {
  const file = builtNativeModule()
  return file === null ? null : openNativeSystem(file)
}
