import { beforeEach, describe, expect, it } from 'vitest'
import { invite, ScriptWorld } from '../../../test/script/script-world.ts'

let world: ScriptWorld
beforeEach(() => {
  world = new ScriptWorld()
  world.receive(invite())
})

/** Assignments (null removes), then what variables read; the whole as Kamailio 5.6.3 answers it. */
function after(assignments: readonly (readonly [string, string | number | null])[], ...names: readonly string[]): unknown {
  const steps = assignments.map(([name, value]) => {
    const text = JSON.stringify(name)
    if (value === null) return `KSR.pv.unset(${text})`
    return typeof value === 'number' ? `KSR.pv.seti(${text}, ${value})` : `KSR.pv.sets(${text}, ${JSON.stringify(value)})`
  })
  return world.run(`${steps.join('; ')}; return ${JSON.stringify(names)}.map((name) => KSR.pv.get(name))`)
}

describe('$xavp, script-reference 1.7', () => {
  it('without an index, assignment to a field makes a new value', () => {
    const set = [
      ['$xavp(a=>b)', 1],
      ['$xavp(a=>c)', 'x'],
    ] as const
    expect(after(set, '$xavp(a=>b)', '$xavp(a=>c)', '$xavp(a[1]=>b)', '$xavp(a[-1]=>b)', '$xavp(a[2]=>b)')).toEqual([null, 'x', 1, 1, null])
  })

  it('with an index it adds to the fields that are there, the newest first', () => {
    const set = [
      ['$xavp(a=>b)', 1],
      ['$xavp(a[0]=>d)', 'one'],
      ['$xavp(a[0]=>d)', 'two'],
      ['$xavp(a[0]=>d[1])', 'three'],
    ] as const
    expect(after(set, '$xavp(a=>b)', '$xavp(a=>d)', '$xavp(a[0]=>d[1])', '$xavp(a[0]=>d[*])')).toEqual([1, 'two', 'three', 'two, three'])
  })

  it('plain values are a stack; an index replaces', () => {
    const set = [
      ['$xavp(v)', 'one'],
      ['$xavp(v)', 'two'],
      ['$xavp(v[0])', 'three'],
    ] as const
    expect(after(set, '$xavp(v)', '$xavp(v[1])', '$xavp(v[*])', '$xavp(v=>x)', '$xavp(none)')).toEqual([
      'three',
      'one',
      'three',
      null,
      null,
    ])
    expect(world.run(`return ['$xavp(v[*])', '$xavp(n[7])', '$xavp(n[0]=>x)'].map((name) => KSR.pv.sets(name, 'x'))`)).toEqual([
      false,
      false,
      false,
    ])
  })

  it('null takes away the newest, or with [*] all', () => {
    const set = [
      ['$xavp(a=>b)', 1],
      ['$xavp(a=>b)', 2],
      ['$xavp(a[0]=>b)', 3],
      ['$xavp(a[0]=>b)', null],
    ] as const
    expect(after(set, '$xavp(a=>b)')).toEqual([2])
    expect(after([...set, ['$xavp(a)', null]], '$xavp(a=>b)')).toEqual([1])
    expect(after([...set, ['$xavp(a[*])', null]], '$xavp(a=>b)')).toEqual([null])
    expect(after([...set, ['$xavp(a[0]=>b[*])', null]], '$xavp(a=>b)', '$xavp(a[1]=>b)')).toEqual([null, 1])
    expect(after([['$xavp(none=>none)', null]], '$xavp(none)')).toEqual([null])
  })

  it('is written with spaces, in texts and with transformations too', () => {
    expect(after([['$xavp( a => b )', 'word']], '$xavp(a=>b)', '$(xavp(a=>b){s.len})', '$(xavp(a[0]=>b){s.toupper})')).toEqual([
      'word',
      4,
      'WORD',
    ])
    expect(after([['$xavp(a=>b)', 'word']], '$xavp(a)')).toEqual(['<<xavp:a>>'])
  })

  it.each(['$xavp()', '$xavp(a=>)', '$xavp(=>b)', '$xavp(a[x]=>b)', '$xavp(a=>b=>c)'])('%s is no variable', (name) => {
    world.run(`return KSR.pv.get(${JSON.stringify(name)})`)
    expect(world.log).toEqual([`error ${name}: $xavp does not know (${name.slice(6, -1)})`])
  })

  it('is gone with its message', () => {
    expect(after([['$xavp(a=>b)', 1]], '$xavp(a=>b)')).toEqual([1])
    expect(after([], '$xavp(a=>b)')).toEqual([null])
  })
})
