import { beforeEach, describe, expect, it } from 'vitest'
import { invite, ScriptWorld } from '../../../test/script/script-world.ts'

let world: ScriptWorld

beforeEach(() => {
  world = new ScriptWorld()
  world.receive(invite(['X-Test: one', 'X-Test: two; a=b']))
})

describe('pseudo-variables', () => {
  it.each<readonly [name: string, value: unknown]>([
    ['$ru', 'sip:bob@127.0.0.1:5060'],
    ['$rU', 'bob'],
    ['$rd', '127.0.0.1'],
    ['$rp', 5060],
    ['$rP', 'UDP'],
    ['$rz', 'sip'],
    ['$rm', 'INVITE'],
    ['$rs', null],
    ['$ou', 'sip:bob@127.0.0.1:5060'],
    ['$oU', 'bob'],
    ['$du', null],
    ['$fu', 'sip:alice@example.com'],
    ['$fU', 'alice'],
    ['$fd', 'example.com'],
    ['$fn', '"Alice"'],
    ['$ft', 'a1'],
    ['$tu', 'sip:bob@127.0.0.1'],
    ['$tt', null],
    ['$ci', 'call-1@127.0.0.1'],
    ['$cs', 7],
    ['$ua', 'bench/1.0'],
    ['$mt', 1],
    ['$cl', 5],
    ['$rb', 'v=0\r\n'],
    ['$si', '127.0.0.1'],
    ['$sp', 5070],
    ['$Ri', '127.0.0.1'],
    ['$Rp', 5060],
    ['$proto', 'udp'],
    ['$af', 'INET'],
    ['$hdr(X-Test)', 'one'],
    ['$(hdr(X-Test)[1])', 'two; a=b'],
    ['$(hdr(X-Test)[-1])', 'two; a=b'],
    ['$hdr(None)', null],
    ['$hdrc(x-test)', 2],
    ['$null', null],
    ['$var(never)', 0],
    ['$(ru{uri.host})', '127.0.0.1'],
    ['$(ru{s.len})', 22],
    ['$(fu{uri.user}{s.toupper})', 'ALICE'],
    ['$(hdr(From){tobody.tag})', 'a1'],
    ['$(hdr(From){nameaddr.uri}{s.substr,4,5})', 'alice'],
    ['$(hdr(X-Test)[1]{param.value,a})', 'b'],
    ['$(ua{s.select,1,/}{s.int})', 1],
    ['$(hdr(None){s.len})', null],
  ])('%s is %j', (name, value) => {
    expect(world.run(`return KSR.pv.get(${JSON.stringify(name)})`)).toEqual(value)
    expect(world.log).toEqual([])
  })

  it('get, gete and getw differ for undefined ones, script-reference 3.1', () => {
    expect(world.run(`return ['get', 'gete', 'getw', 'geti', 'is_null'].map((f) => KSR.pv[f]('$du'))`)).toEqual([
      null,
      '',
      '<null>',
      0,
      true,
    ])
    expect(world.run(`return [KSR.pv.getvs('$du', 'else'), KSR.pv.getvn('$cl', 9)]`)).toEqual(['else', 5])
  })

  it('sets what can be set', () => {
    expect(
      world.run(
        `return [KSR.pv.sets('$du', 'sip:next'), KSR.pv.get('$du'), KSR.pv.unset('$du'), KSR.pv.get('$du'), KSR.pv.sets('$fu', 'sip:x')]`,
      ),
    ).toEqual([true, 'sip:next', true, null, false])
    expect(world.run(`KSR.pv.seti('$var(n)', 5); return KSR.pv.get('$var(n)')`)).toBe(5)
    expect(world.run(`KSR.pv.sets('$(avp(a)[*])', 'only'); return KSR.pv.get('$avp(a)')`)).toBe('only')
  })

  it('logs an unknown one once, with the nearest name, and reads it as null', () => {
    expect(world.run(`KSR.pv.get('$rus'); return [KSR.pv.get('$rus'), KSR.pv.is_null('$sht(ipban=>$si)')]`)).toEqual([null, true])
    expect(world.log[0]).toBe('error $rus: there is no pseudo-variable $rus; did you mean $ru?')
    expect(world.log[1]).toContain('$sht(ipban=>$si): there is no pseudo-variable $sht')
    expect(world.log).toHaveLength(2)
  })

  it('stand in log texts', () => {
    world.run(`KSR.xlog.xwarn('$rm from $fU costs 5$$ ($(ru{s.len})) $du $0\\n')`)
    expect(world.log).toEqual(['1 INVITE from alice costs 5$ (22) <null> $0'])
  })
})
