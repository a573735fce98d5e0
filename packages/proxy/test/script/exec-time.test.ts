import { describe, expect, it } from 'vitest'
import { RouteType } from '../../src/forward/route-type.ts'
import { Moment, tellMoment, TransactionCallbacks } from '../../src/tm/callbacks.ts'
import { FakeClock } from '../../src/clock/fake-clock.ts'
import { Hook } from '../../src/tm/transaction-user.ts'
import { invite, ScriptWorld } from './script-world.ts'

/** A world in which every route asks t_get_branch_index, which takes `ms`. */
function slowWorld(ms: number, execTimeCheck: number): ScriptWorld {
  const world = new ScriptWorld({ params: { exec_time_check: execTimeCheck, event_callback: 'route' } })
  Object.defineProperty(world.results, 'branchIndex', {
    get() {
      world.clock.advanceTo(world.clock.now() + ms)
      return 1
    },
  })
  world.load('function ksr_request_route() { KSR.tm.t_get_branch_index() }\nfunction route() { KSR.tm.t_get_branch_index() }')
  world.receive(invite())
  return world
}

const routes: readonly (readonly [kind: string, run: (world: ScriptWorld) => unknown])[] = [
  ['failure', ({ script, m }) => script.failureRoute('route', m)],
  ['branch', ({ script, m }) => script.branchRoute('route', m)],
  ['reply', ({ script, m }) => script.replyRoute('route', m)],
  ['local-request', ({ script, m }) => script.event(Hook.LOCAL_REQUEST, m)],
]

describe('exec_time_check, tm-reference 2.1', () => {
  it.each(routes)('a %s route that takes longer is logged', (_kind, run) => {
    const world = slowWorld(5001, 5000)
    run(world)
    expect(world.log).toEqual(['warn route took 5001 ms, more than exec_time_check (5000 ms)'])
  })

  it.each([
    ['that takes no longer', 5000, 5000],
    ['when the check is off', 60_000, 0],
  ])('a route %s is not', (_what, ms, limit) => {
    const world = slowWorld(ms, limit)
    world.script.failureRoute('route', world.m)
    expect(world.log).toEqual([])
  })

  it('the request route, which no transaction calls, is not', () => {
    const world = slowWorld(60_000, 5000)
    world.m.routeType = RouteType.REQUEST
    world.script.request(world.m)
    expect(world.log).toEqual([])
  })

  it.each([
    [5000, ['a callback for REQUEST_IN: 5001']],
    [0, []],
  ])('%i: a callback of a module that takes 5001 ms', (limit, slow) => {
    const clock = new FakeClock()
    const told: string[] = []
    const callbacks = new TransactionCallbacks()
    callbacks.on(Moment.REQUEST_IN, () => clock.advanceTo(clock.now() + 5001))
    const world = {
      callbacks,
      clock,
      params: { exec_time_check: limit },
      user: { slow: (what: string, ms: number) => void told.push(`${what}: ${ms}`) },
      defect: (error: unknown) => {
        throw error
      },
    }
    tellMoment(
      world,
      Moment.REQUEST_IN,
      { index: 1, label: 1, recorded: false, suspendedBranch: -1, moments: 0, callbacks: [], flags: 0 },
      null,
    )
    expect(told).toEqual(slow)
  })
})
