import { describe, expect, it } from 'vitest'
import { Scene } from './scene.ts'

/** tm-reference 6.1: the earlier in this list wins, whatever came first. */
const RANKING = [600, 603, 302, 401, 407, 415, 420, 484, 403, 404, 408, 480, 486, 500, 503] as const

const pairs = RANKING.flatMap((a, i) => RANKING.slice(i).flatMap((b) => [[a, b] as const, ...(a === b ? [] : [[b, a] as const])]))
const races = pairs.flatMap(([first, second]) => (['in order', 'in reverse'] as const).map((order) => [first, second, order] as const))

/** Both branches answer; what the caller gets last. */
function race(first: number, second: number, order: 'in order' | 'in reverse'): Scene {
  const scene = new Scene({ phones: 2, params: { remap_503_500: 0, aggregate_challenges: 0 } })
  scene.invite()
  const codes = [first, second]
  for (const from of order === 'in order' ? [0, 1] : [1, 0]) scene.answer(`${codes[from]} From ${from}`, { from })
  return scene
}

describe('choosing the best response, RFC 3261 16.7 step 6, tm-reference 6.1', () => {
  it.each(races)('of %i and %i, answered %s', (first, second, order) => {
    const winner = RANKING.indexOf(first) <= RANKING.indexOf(second) ? 0 : 1
    const { caller } = race(first, second, order)
    expect(caller.last('INVITE').startLine).toBe(`SIP/2.0 ${[first, second][winner]} From ${winner}`)
    expect(caller.statuses('INVITE')).toHaveLength(2)
  })

  it.each(RANKING)('a %i that is alone goes upstream with its headers and body', (code) => {
    const scene = new Scene({ params: { remap_503_500: 0 } })
    scene.invite()
    scene.answer(`${code} Mine`, { headers: ['X-Mine: yes', 'Retry-After: 9'] })
    const reply = scene.caller.last('INVITE')
    expect(reply.startLine).toBe(`SIP/2.0 ${code} Mine`)
    expect([reply.header('X-Mine'), reply.header('Retry-After'), reply.toTag]).toEqual(['yes', '9', `to-${scene.phone.address}`])
  })

  it.each(RANKING)('a 2xx beats %i of another branch', (code) => {
    const scene = new Scene({ phones: 2 })
    scene.invite()
    scene.answer(code, { from: 0 })
    scene.answer(200, { from: 1 })
    expect(scene.codes()).toEqual([100, 200])
  })

  it('of three branches the best wins, not the last', () => {
    const scene = new Scene({ phones: 3 })
    scene.invite()
    ;[486, 302, 404].forEach((code, from) => scene.answer(code, { from }))
    expect(scene.codes()).toEqual([100, 302])
  })
})

describe('faked_reply_prio, tm-reference 2.3', () => {
  it.each([
    // A timeout counts as 408 (4108): moved behind 486 (4186) only by more than 78.
    [0, 408],
    [78, 408],
    [79, 486],
    [1000, 486],
    [-3000, 408],
  ])('%i lets %i win between a timeout and a 486', (prio, expected) => {
    const scene = new Scene({ phones: 2, params: { faked_reply_prio: prio, fr_timer: 2000 } })
    scene.invite()
    scene.answer(486, { from: 1 })
    scene.run(2000)
    expect(scene.codes()[1]).toBe(expected)
  })

  it('does not touch replies that were received', () => {
    const scene = new Scene({ phones: 2, params: { faked_reply_prio: 1000 } })
    scene.invite()
    scene.answer(408, { from: 0 })
    scene.answer(486, { from: 1 })
    expect(scene.codes()).toEqual([100, 408])
  })
})

describe('remap_503_500, RFC 3261 16.7 step 6, tm-reference 2.3', () => {
  it.each([
    [1, 'SIP/2.0 500 Service Unavailable', false],
    [0, 'SIP/2.0 503 Full', true],
  ])('%i: a winning 503 becomes "%s"', (remap, line, original) => {
    const scene = new Scene({ params: { remap_503_500: remap } })
    scene.invite()
    scene.answer('503 Full', { headers: ['Retry-After: 7'] })
    const reply = scene.caller.last('INVITE')
    expect(reply.startLine).toBe(line)
    expect(reply.header('Retry-After')).toBe(original ? '7' : '')
    expect(reply.toTag.includes(scene.phone.address)).toBe(original)
  })

  it('a 503 that does not win is not remapped', () => {
    const scene = new Scene({ phones: 2 })
    scene.invite()
    scene.answer(503, { from: 0 })
    scene.answer(500, { from: 1 })
    expect(scene.caller.last('INVITE').startLine).toBe('SIP/2.0 500 Code 500')
  })
})

describe('aggregate_challenges, RFC 3261 16.7 step 7, tm-reference 2.3', () => {
  const challenge = (code: number, realm: string): readonly string[] => [
    `${code === 401 ? 'WWW' : 'Proxy'}-Authenticate: Digest realm="${realm}"`,
  ]

  function challenged(codes: readonly number[], aggregate = 1): Scene {
    const scene = new Scene({ phones: codes.length, params: { aggregate_challenges: aggregate } })
    scene.invite()
    codes.forEach((code, from) => scene.answer(code, { from, headers: code === 404 ? [] : challenge(code, `r${from}`) }))
    return scene
  }

  it.each([
    [[401, 401], 'SIP/2.0 401 Unauthorized', ['r0', 'r1']],
    [[407, 407], 'SIP/2.0 407 Proxy Authentication Required', ['r0', 'r1']],
    [[401, 407], 'SIP/2.0 401 Unauthorized', ['r0', 'r1']],
    [[407, 401], 'SIP/2.0 401 Unauthorized', ['r0', 'r1']],
    [[407, 404, 401], 'SIP/2.0 401 Unauthorized', ['r0', 'r2']],
    [[401, 401, 401], 'SIP/2.0 401 Unauthorized', ['r0', 'r1', 'r2']],
  ])('%j are merged into "%s"', (codes, line, realms) => {
    const scene = challenged(codes)
    const reply = scene.caller.last('INVITE')
    expect(reply.startLine).toBe(line)
    const all = [...reply.all('WWW-Authenticate'), ...reply.all('Proxy-Authenticate')]
    expect(new Set(all.map((value) => /realm="(\w+)"/.exec(value)?.[1]))).toEqual(new Set(realms))
    expect(all).toHaveLength(realms.length)
    expect(reply.toTag).not.toContain('to-')
    expect(scene.proxy.stat('tmRplGenerated')).toBe(2)
  })

  it.each([[[401, 401]], [[407, 401]]])('0: of %j the winner goes upstream as it came', (codes) => {
    const reply = challenged(codes, 0).caller.last('INVITE')
    expect(reply.startLine).toBe('SIP/2.0 401 Code 401')
    expect(reply.all('WWW-Authenticate')).toHaveLength(1)
    expect(reply.all('Proxy-Authenticate')).toHaveLength(0)
  })

  it('a single challenge goes upstream as it came', () => {
    expect(challenged([401, 404]).caller.last('INVITE').startLine).toBe('SIP/2.0 401 Code 401')
  })

  it('merges nothing when something better wins', () => {
    const scene = new Scene({ phones: 3 })
    scene.invite()
    scene.answer(401, { from: 0, headers: challenge(401, 'a') })
    scene.answer(401, { from: 1, headers: challenge(401, 'b') })
    scene.answer(302, { from: 2 })
    expect(scene.caller.last('INVITE').startLine).toBe('SIP/2.0 302 Code 302')
    expect(scene.caller.last('INVITE').all('WWW-Authenticate')).toHaveLength(0)
  })
})
