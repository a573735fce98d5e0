import { Value } from 'typebox/value'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { EngineEvent, eventData, rawToText, type EngineEventOf } from './engine-event.ts'
import { exampleEvent } from './examples.ts'

describe('EngineEvent', () => {
  it('MUST know every kind of which data has a shape', () => {
    const kinds = EngineEvent.anyOf.map((event) => event.properties.kind.const)
    expect(kinds.toSorted()).toEqual(Object.keys(eventData).toSorted())
  })

  it('MUST tell kinds apart by kind and data', () => {
    expect(Value.Check(EngineEvent, exampleEvent)).toBe(true)
    expect(Value.Check(EngineEvent, { ...exampleEvent, kind: 'created' })).toBe(false)
    expect(Value.Check(EngineEvent, { ...exampleEvent, branch: -1 })).toBe(false)
  })

  it('narrows data by kind', () => {
    expectTypeOf<EngineEventOf<'timer-armed'>['data']>().toEqualTypeOf<{ timer: string; ms: number }>()
  })
})

describe('rawToText', () => {
  it('reads UTF-8 that was carried as Latin-1', () => {
    expect(rawToText('Subject: \u00c3\u00a4')).toBe('Subject: ä')
  })

  it('leaves bytes that are no UTF-8 as they are', () => {
    expect(rawToText('\u00e4\u00ff')).toBe('äÿ')
  })
})
