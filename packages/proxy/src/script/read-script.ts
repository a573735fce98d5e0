import { readFileSync } from 'node:fs'
import { ScriptError } from './script-error.ts'
import type { ScriptSource } from './script-loader.ts'

const SHIPPED_SCRIPT = new URL('./default-script.js', import.meta.url)

/** The routing script of the configuration, null for the shipped one. Throws ScriptError. */
export function readScript(file: string | null): ScriptSource {
  try {
    return { file: file ?? 'default-script.js', text: readFileSync(file ?? SHIPPED_SCRIPT, 'utf8') }
  } catch (error) {
    throw new ScriptError(
      file ?? SHIPPED_SCRIPT.pathname,
      0,
      0,
      `cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
    )
  }
}
