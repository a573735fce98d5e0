import { apiPaths, methods, type MethodDefinition } from '@signalbox/contract'
import { expect, it } from 'vitest'
import { LOCAL, startTestApp } from '../../test/test-app.ts'

interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: { readonly content: Record<string, { readonly schema: { readonly properties: Record<string, unknown> } }> }
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema: unknown }> }>
}

/** The generator writes a const as an enum of one. */
function published(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema), (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('const' in value)) return value
    const { const: only, ...rest } = value
    return { ...rest, enum: [only] }
  })
}

async function document() {
  const { app } = await startTestApp({ engineDown: true })
  const { statusCode, body } = await app.inject({ url: apiPaths.openapi, headers: LOCAL })
  await app.close()
  expect(statusCode).toBe(200)
  return JSON.parse(body) as { readonly openapi: string; readonly paths: Record<string, Record<string, Operation>> }
}

it('MUST be OpenAPI 3.1 with every resource', async () => {
  const { openapi, paths } = await document()
  expect(openapi).toBe('3.1.0')
  const resources = Object.entries(paths).flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method} ${path}`))
  expect(resources.filter((resource) => !resource.includes('/rpc/'))).toEqual([
    'get /healthz',
    'get /api/v1/stats',
    'get /api/v1/transactions',
    'get /api/v1/transactions/{index}/{label}',
    'get /api/v1/registrations',
    'get /api/v1/log-level',
    'put /api/v1/log-level',
    'post /api/v1/reload',
    'get /api/v1/methods',
  ])
})

it('MUST describe every callable method with the schemas of the catalogue', async () => {
  const { paths } = await document()
  for (const method of Object.values<MethodDefinition>(methods)) {
    const operation = paths[`/api/v1/rpc/${method.name}`]?.['post']
    expect(operation === undefined).toBe(method.streaming)
    if (operation === undefined) continue
    expect(operation.responses['200'].content?.['application/json'].schema).toMatchObject({
      properties: { result: published(method.result) },
    })
    expect(operation.requestBody?.content['application/json'].schema.properties).toHaveProperty('params')
  }
})

it('MUST give operations unique ids, summaries and errors, and name every path parameter', async () => {
  const { paths } = await document()
  const ids = new Set<string>()
  for (const [path, operations] of Object.entries(paths)) {
    for (const operation of Object.values(operations)) {
      expect(operation.summary).toBeTruthy()
      ids.add(operation.operationId ?? '')
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name)
      expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((found) => found[1]))
      if (path !== '/healthz') expect(Object.keys(operation.responses)).toEqual(['200', '4XX', '5XX'])
    }
  }
  expect(ids.size).toBe(Object.values(paths).flatMap((operations) => Object.keys(operations)).length)
})
