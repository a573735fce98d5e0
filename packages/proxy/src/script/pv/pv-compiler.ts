import { nearestName } from '../../nearest-name.ts'
import type { KsrEnvironment } from '../ksr-environment.ts'
import { messageVariables } from './message-variables.ts'
import type { PvDefinition } from './pv-definition.ts'
import { parsePvSpec, type PvSpec } from './pv-spec.ts'
import type { PvReference } from './pv-value.ts'
import { storedVariables } from './stored-variables.ts'
import { transactionVariables } from './transaction-variables.ts'
import { compileTransformation, type PvTransformation } from './transformation.ts'

const REMEMBERED = 4096

/** Pseudo-variables and texts with pseudo-variables, compiled once per text. */
export class PvCompiler {
  readonly #env: KsrEnvironment
  readonly #definitions: ReadonlyMap<string, PvDefinition>
  readonly #references = new Map<string, PvReference>()
  readonly #formats = new Map<string, readonly (string | PvReference)[]>()

  constructor(env: KsrEnvironment) {
    this.#env = env
    this.#definitions = new Map([
      ...messageVariables(env),
      ...storedVariables(env),
      ...transactionVariables(env, (text) => this.reference(text)),
    ])
  }

  /** The variable written as `text`. What is unknown is logged once and reads as null. */
  reference(text: string): PvReference {
    let reference = this.#references.get(text)
    if (reference === undefined) {
      const parsed = parsePvSpec(text, 0)
      reference =
        parsed === null || parsed.end !== text.length
          ? this.#unknown(text, `${text} is no pseudo-variable`)
          : this.#compile(text, parsed.spec)
      if (this.#references.size >= REMEMBERED) this.#references.clear()
      this.#references.set(text, reference)
    }
    return reference
  }

  /** `text` with the values of its variables; `<null>` for undefined ones, `$$` for a dollar sign. */
  format(text: string): string {
    let parts = this.#formats.get(text)
    if (parts === undefined) {
      parts = this.#parts(text)
      if (this.#formats.size >= REMEMBERED) this.#formats.clear()
      this.#formats.set(text, parts)
    }
    let result = ''
    for (const part of parts) result += typeof part === 'string' ? part : (part.get() ?? '<null>')
    return result
  }

  #parts(text: string): readonly (string | PvReference)[] {
    const parts: (string | PvReference)[] = []
    let from = 0
    for (let at = text.indexOf('$'); at !== -1; at = text.indexOf('$', from)) {
      const parsed = parsePvSpec(text, at)
      parts.push(text.slice(from, parsed === null ? at + 1 : at))
      from = parsed?.end ?? at + (text[at + 1] === '$' ? 2 : 1)
      if (parsed !== null) parts.push(this.reference(text.slice(at, parsed.end)))
    }
    parts.push(text.slice(from))
    return parts
  }

  #compile(text: string, spec: PvSpec): PvReference {
    const definition = this.#definitions.get(spec.name)
    if (definition === undefined) {
      const nearest = nearestName(spec.name, this.#definitions.keys())
      return this.#unknown(text, `there is no pseudo-variable $${spec.name}${nearest === null ? '' : `; did you mean $${nearest}?`}`)
    }
    const access = definition(spec)
    if (access === null) return this.#unknown(text, `$${spec.name} does not know (${spec.inner})`)
    const transformations: PvTransformation[] = []
    for (const one of spec.transformations) {
      const transformation = compileTransformation(one)
      if (transformation === null) return this.#unknown(text, `there is no transformation {${one}}`)
      transformations.push(transformation)
    }
    return {
      text,
      get: transformations.length === 0 ? access.get : () => transformations.reduce((value, transform) => transform(value), access.get()),
      set: (value) => access.set?.(value) ?? false,
    }
  }

  #unknown(text: string, reason: string): PvReference {
    this.#env.services.log.error(`${text}: ${reason}`)
    return { text, get: () => null, set: () => false }
  }
}
