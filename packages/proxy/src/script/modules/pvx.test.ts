import { beforeEach, describe, expect, it } from 'vitest'
import { invite, ScriptWorld } from '../../../test/script/script-world.ts'

let world: ScriptWorld
beforeEach(() => {
  world = new ScriptWorld()
  world.receive(invite())
})

/** What each of the expressions gives; `x` is KSR.pvx, `get` reads a variable. The expectations are answers of Kamailio 5.6.3. */
function each(...expressions: readonly string[]): unknown {
  return world.run(`const x = KSR.pvx, get = KSR.pv.get; return [${expressions.join(', ')}]`)
}

describe('KSR.pvx', () => {
  it('plain values', () => {
    expect(each(`x.xavp_sets('a', 'one')`, `x.xavp_sets('a', 'two')`, `x.xavp_seti('n', 7)`)).toEqual([1, 1, 1])
    expect(
      each(
        `x.xavp_sets('a', 'one') && x.xavp_sets('a', 'two') && x.xavp_seti('n', 7)`,
        `x.xavp_get('a')`,
        `x.xavp_get('n')`,
        `[x.xavp_get('none'), x.xavp_gete('none'), x.xavp_getw('none')]`,
        `[x.xavp_is_null('none'), x.xavp_is_null('a')]`,
        `[x.xavp_rm('a'), x.xavp_get('a'), x.xavp_rm('a'), x.xavp_get('a'), x.xavp_rm('none')]`,
      ),
    ).toEqual([1, 'two', 7, [null, '', '<null>'], [1, -1], [1, 'one', 1, null, 1]])
  })

  it('fields: setting one replaces it', () => {
    expect(
      each(
        `[x.xavp_child_sets('r', 'f', 'one'), x.xavp_child_sets('r', 'f', 'two'), x.xavp_child_seti('r', 'n', 3)]`,
        `[get('$xavp(r=>f)'), get('$xavp(r=>n)'), get('$xavp(r[1]=>f)'), get('$xavp(r[0]=>f[1])')]`,
        `[x.xavp_child_get('r', 'f'), x.xavp_child_get('r', 'n'), x.xavp_child_get('r', 'none'), x.xavp_child_get('none', 'f')]`,
        `[x.xavp_child_gete('r', 'none'), x.xavp_child_getw('r', 'none')]`,
        `[x.xavp_child_is_null('r', 'f'), x.xavp_child_is_null('r', 'none'), x.xavp_child_is_null('none', 'f')]`,
        `[x.xavp_child_rm('r', 'f'), get('$xavp(r=>f)'), x.xavp_child_rm('none', 'f')]`,
      ),
    ).toEqual([
      [1, 1, 1],
      ['two', 3, null, null],
      ['two', 3, null, null],
      ['', '<null>'],
      [-1, 1, 1],
      [1, null, 1],
    ])
  })

  it('a field of a plain value makes a new value', () => {
    expect(
      each(
        `[x.xavp_child_seti('r', 'n', 3), x.xavp_sets('r', 'val'), get('$xavp(r)'), get('$xavp(r=>n)')]`,
        `[x.xavp_child_sets('r', 'z', 'zz'), get('$xavp(r=>z)'), get('$xavp(r[1])'), get('$xavp(r[2]=>n)')]`,
      ),
    ).toEqual([
      [1, 1, 'val', null],
      [1, 'zz', 'val', 3],
    ])
  })

  it('parameters are taken apart and put together', () => {
    expect(
      each(
        `x.xavp_params_explode('a=1;b=two;c;d="q; s"', 'p')`,
        `['a', 'b', 'c', 'd'].map((field) => get('$xavp(p=>' + field + ')'))`,
        `[x.xavp_params_implode('p', '$var(out)'), get('$var(out)')]`,
        `[x.xavp_params_implode('none', '$var(out)'), x.xavp_params_implode('p', '$si'), x.xavp_params_explode('', 'p')]`,
        `[x.xavp_params_explode('a=1;a=2', 'd'), get('$xavp(d=>a)'), get('$xavp(d[0]=>a[1])')]`,
        `[x.xavp_params_explode('a=3', 'd'), get('$xavp(d=>a)'), get('$xavp(d[1]=>a)')]`,
        `[x.xavp_child_seti('n', 'i', 5), x.xavp_params_implode('n', '$avp(o)'), get('$avp(o)')]`,
      ),
    ).toEqual([1, ['1', 'two', '', 'q; s'], [1, 'a=1;b=two;c;d=q; s;'], [-1, -1, -1], [1, '1', '2'], [1, '3', '1'], [1, 1, 'i=5;']])
  })

  it('lists become the values of the field v', () => {
    expect(
      each(
        `[x.xavp_slist_explode('a,b,,c', ',', '', 's'), get('$xavp(s[0]=>v[*])'), get('$xavp(s=>v)'), get('$xavp(s[0]=>v[2])')]`,
        `[x.xavp_slist_explode('a, b ,,c', ',', 't', 's'), get('$xavp(s[0]=>v[*])'), x.xavp_slist_explode('', ',', '', 's')]`,
      ),
    ).toEqual([
      [1, 'a, b, c', 'a', 'c'],
      [1, 'a, b, c', -1],
    ])
  })

  it('copies are the oldest value, or replace one', () => {
    expect(
      each(
        `[x.xavp_params_explode('a=1', 'd'), x.xavp_params_explode('a=3', 'd'), x.xavp_copy('d', 1, 'd')]`,
        `['d', 'd[1]', 'd[2]', 'd[3]'].map((one) => get('$xavp(' + one + '=>a)'))`,
        `[x.xavp_copy('none', 0, 'e'), x.xavp_copy_dst('none', 0, 'e', 0)]`,
        `[x.xavp_copy('d', 0, 'e'), get('$xavp(e=>a)'), KSR.pv.sets('$xavp(e[0]=>a[0])', 'own'), get('$xavp(d=>a)')]`,
        `[x.xavp_copy_dst('d', 1, 'e', 0), get('$xavp(e=>a)'), x.xavp_copy_dst('d', 0, 'e', 9), get('$xavp(e[1]=>a)')]`,
        `[x.xavp_sets('plain', 'z'), x.xavp_copy('plain', 0, 'q'), get('$xavp(q)')]`,
      ),
    ).toEqual([
      [1, 1, 1],
      ['3', '1', '1', null],
      [-1, -1],
      [1, '3', true, '3'],
      [1, '1', 1, '3'],
      [1, 1, 'z'],
    ])
  })

  it('variables become fields, and fields variables', () => {
    expect(
      each(
        `[KSR.pv.sets('$var(w)', 'V'), x.pv_var_to_xavp('w', 'vx'), get('$xavp(vx=>w)'), x.pv_var_to_xavp('never', 'vx')]`,
        `[x.xavp_params_explode('e=1;f=2', 'p'), x.pv_xavp_to_var('p'), get('$var(e)'), get('$var(f)'), x.pv_xavp_to_var('none')]`,
        `x.pv_xavp_print()`,
      ),
    ).toEqual([[true, 1, 'V', -1], [1, 1, '1', '2', -1], 1])
    expect(world.log).toEqual(['info $xavp(vx) has 1 values', 'info $xavp(p) has 1 values'])
  })

  it('functions are reached by KSR.x.modf too, and want texts', () => {
    expect(each(`KSR.x.modf('xavp_params_explode', 'a=1', 'm')`, `get('$xavp(m=>a)')`)).toEqual([1, '1'])
    expect(() => world.run(`KSR.pvx.xavp_sets('a', {})`)).toThrow('KSR.pvx.xavp_sets wants a string')
  })
})
