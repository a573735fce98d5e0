import { Type, type Static, type TSchema } from 'typebox'

/** One positional parameter. Optional ones stand last. */
export interface Parameter {
  readonly name: string
  readonly schema: TSchema
  readonly required: boolean
  /** Takes all values from its position on; the last one only. */
  readonly repeated?: true
  readonly help: string
}

export const required = (name: string, schema: TSchema, help: string): Parameter => ({ name, schema, required: true, help })
export const optional = (name: string, schema: TSchema, help: string): Parameter => ({ name, schema, required: false, help })

/** One RPC method as engine, API, OpenAPI, RPC page and docs see it. */
export interface MethodDefinition {
  readonly name: string
  /** In wire order: `params` is always an array. */
  readonly parameters: readonly Parameter[]
  /** Schema of the `params` array. */
  readonly params: TSchema
  readonly result: TSchema
  readonly help: string
  /** Changes nothing. */
  readonly readOnly: boolean
  /** Belongs to a connection that takes notifications: served on the unix socket only. */
  readonly streaming: boolean
  /** The longest that an answer may take, ms, where that is longer than for the others; null: as for the others. */
  readonly answersWithinMs: number | null
  readonly example: { readonly params: readonly unknown[]; readonly result: unknown }
}

/** Schema of an object with any keys. */
export function recordOf<S extends TSchema>(values: S, description?: string) {
  const options = { additionalProperties: values, ...(description !== undefined && { description }) }
  return Type.Unsafe<Record<string, Static<S>>>(Type.Object({}, options))
}

/** Schema of an array whose items are told by position (JSON Schema 2020-12, as OpenAPI 3.1 has it). */
export function positional(parameters: readonly Parameter[]): TSchema {
  const last = parameters.at(-1)
  return Type.Unsafe<readonly unknown[]>({
    type: 'array',
    ...(parameters.length > 0 && { prefixItems: parameters.map((parameter) => parameter.schema) }),
    minItems: parameters.filter((parameter) => parameter.required).length,
    ...(last?.repeated === true ? { items: last.schema } : { maxItems: parameters.length }),
  })
}

interface MethodSource<P extends readonly unknown[], R extends TSchema> {
  readonly parameters?: readonly Parameter[]
  readonly result: R
  readonly help: string
  readonly readOnly: boolean
  readonly streaming?: boolean
  readonly answersWithinMs?: number
  readonly example: { readonly params: P; readonly result: Static<R> }
}

/** A definition that remembers the types of its parameters and result. */
export interface Method<P extends readonly unknown[], R> extends MethodDefinition {
  readonly types?: { readonly params: P; readonly result: R }
}

/** `P`: type of the params array. */
export function method<P extends readonly unknown[]>() {
  return <R extends TSchema>(name: string, source: MethodSource<P, R>): Method<P, Static<R>> => {
    const parameters = source.parameters ?? []
    return {
      name,
      parameters,
      params: positional(parameters),
      result: source.result,
      help: source.help,
      readOnly: source.readOnly,
      streaming: source.streaming ?? false,
      answersWithinMs: source.answersWithinMs ?? null,
      example: source.example,
    }
  }
}
