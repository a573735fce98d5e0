import type { MethodList } from '@signalbox/contract'

export type MethodInfo = MethodList['methods'][number]
export type ParameterInfo = MethodInfo['parameters'][number]

export type FieldKind =
  | { readonly type: 'integer'; readonly min: number | null; readonly max: number | null }
  | { readonly type: 'choice'; readonly values: readonly string[] }
  | { readonly type: 'text'; readonly lines: boolean; readonly numbers: boolean }
  | { readonly type: 'json' }

interface Schema {
  readonly type?: unknown
  readonly const?: unknown
  readonly enum?: unknown
  readonly anyOf?: unknown
  readonly minimum?: unknown
  readonly maximum?: unknown
  readonly contentMediaType?: unknown
}

/** Which input a JSON Schema asks for. */
export function fieldKind(schema: unknown): FieldKind {
  if (typeof schema !== 'object' || schema === null) return { type: 'json' }
  const { type, const: only, enum: values, anyOf, minimum, maximum, contentMediaType } = schema as Schema
  if (typeof only === 'string') return { type: 'choice', values: [only] }
  if (Array.isArray(values) && values.every((value) => typeof value === 'string')) return { type: 'choice', values }
  if (type === 'integer' || type === 'number') {
    return { type: 'integer', min: typeof minimum === 'number' ? minimum : null, max: typeof maximum === 'number' ? maximum : null }
  }
  if (type === 'string') return { type: 'text', lines: contentMediaType !== undefined, numbers: false }
  if (Array.isArray(anyOf)) {
    const kinds = anyOf.map((one) => fieldKind(one))
    if (kinds.every((kind) => kind.type === 'choice')) return { type: 'choice', values: kinds.flatMap((kind) => kind.values) }
    if (kinds.every((kind) => kind.type !== 'json')) return { type: 'text', lines: false, numbers: kinds.some(takesNumbers) }
  }
  return { type: 'json' }
}

function takesNumbers(kind: FieldKind): boolean {
  return kind.type === 'integer' || (kind.type === 'text' && kind.numbers)
}

export type ReadParams =
  | { readonly ok: true; readonly params: readonly unknown[] }
  | { readonly ok: false; readonly parameter: string; readonly message: string }

/** Inputs to the positional `params` array. Empty optional ones at the end are left out. */
export function readParams(method: MethodInfo, inputs: readonly string[]): ReadParams {
  const kinds = method.parameters.map((parameter) => fieldKind(parameter.schema))
  const texts = kinds.map((kind, i) => trimmed(kind, inputs[i] ?? ''))
  let used = texts.length
  while (used > 0 && texts[used - 1] === '' && !method.parameters[used - 1].required) used -= 1
  const params: unknown[] = []
  for (let i = 0; i < used; i += 1) {
    const parameter = method.parameters[i]
    if (texts[i] === '') {
      return { ok: false, parameter: parameter.name, message: `${parameter.name} is missing.` }
    }
    const value = readValue(kinds[i], texts[i])
    if (value === undefined) return { ok: false, parameter: parameter.name, message: wants(parameter) }
    params.push(value)
  }
  return { ok: true, params }
}

/** Lines are kept as they are, folded and empty ones too. */
function trimmed(kind: FieldKind, text: string): string {
  return kind.type === 'text' && kind.lines && text.trim() !== '' ? text : text.trim()
}

function readValue(kind: FieldKind, text: string): unknown {
  if (kind.type === 'integer') {
    const value = Number(text)
    const fits = Number.isFinite(value) && value >= (kind.min ?? -Infinity) && value <= (kind.max ?? Infinity)
    return fits ? value : undefined
  }
  // Lines on the wire end as SIP has them, whatever the browser made of them.
  if (kind.type === 'text' && kind.lines) return text.replaceAll(/\r?\n/g, '\r\n')
  // A text field may stand for "number or name", as the level of log_level does.
  if (kind.type === 'text') return kind.numbers && isCanonicalInteger(text) ? Number(text) : text
  if (kind.type === 'choice') return kind.values.includes(text) ? text : undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Digits that a number gives back as they are: a Call-ID `007` or one of twenty digits is a text. */
function isCanonicalInteger(text: string): boolean {
  const value = Number(text)
  return Number.isSafeInteger(value) && String(value) === text
}

function wants(parameter: ParameterInfo): string {
  const kind = fieldKind(parameter.schema)
  if (kind.type === 'integer') {
    const range = kind.min === null ? '' : kind.max === null ? ` from ${kind.min}` : ` from ${kind.min} to ${kind.max}`
    return `${parameter.name} wants a number${range}.`
  }
  return kind.type === 'choice' ? `${parameter.name} is one of ${kind.values.join(', ')}.` : `${parameter.name} wants JSON.`
}

/** `p` of the URL back to inputs. A choice is always one that its field can show. */
export function inputsFrom(p: string | undefined, parameters: readonly ParameterInfo[]): readonly string[] {
  let values: unknown = []
  try {
    values = p === undefined ? [] : JSON.parse(p)
  } catch {
    // A cut or edited link: the form starts empty.
  }
  const list = Array.isArray(values) ? values : []
  return parameters.map(({ schema, required }, i) => {
    const value: unknown = list[i]
    const text = value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)
    const kind = fieldKind(schema)
    if (kind.type !== 'choice' || kind.values.includes(text)) return text
    return required ? kind.values[0] : ''
  })
}

/** The same call for a shell. The token is a placeholder: it never leaves the browser this way. */
export function curlOf(url: string, params: readonly unknown[], withToken: boolean): string {
  const body = JSON.stringify({ params }).replaceAll("'", "'\\''")
  const token = withToken ? ` \\\n  -H "Authorization: Bearer $TOKEN"` : ''
  return `curl -s ${url} \\\n  -H 'Content-Type: application/json'${token} \\\n  -d '${body}'`
}
