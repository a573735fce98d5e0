import { Type, type Static, type TSchema } from 'typebox'

/** One positional parameter. Optional ones stand last. */
export interface Parameter {
  readonly name: string
  readonly schema: TSchema
  readonly required: boolean
  readonly help: string
}

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
  readonly example: { readonly params: readonly unknown[]; readonly result: unknown }
}

/** Schema of an array whose items are told by position (JSON Schema 2020-12, as OpenAPI 3.1 has it). */
export function positional(parameters: readonly Parameter[]): TSchema {
  return Type.Unsafe<readonly unknown[]>({
    type: 'array',
    ...(parameters.length > 0 && { prefixItems: parameters.map((parameter) => parameter.schema) }),
    minItems: parameters.filter((parameter) => parameter.required).length,
    maxItems: parameters.length,
  })
}

interface MethodSource<P extends readonly unknown[], R extends TSchema> {
  readonly parameters?: readonly Parameter[]
  readonly result: R
  readonly help: string
  readonly readOnly: boolean
  readonly streaming?: boolean
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
      example: source.example,
    }
  }
}
