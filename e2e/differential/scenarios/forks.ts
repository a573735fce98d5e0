import { disable6xx, fork, relay } from '../route-step.ts'
import type { CalleePlan, Scenario } from '../scenario.ts'

/** Codes of every class and rank of tm-reference 6.1. */
const codes = [302, 401, 404, 407, 415, 420, 480, 484, 486, 500, 503, 600, 603] as const

const call = [{ at: 0, send: 'request' }] as const
const toTwo = { request: [fork('a', 'b'), relay] }
const toThree = { request: [fork('a', 'b', 'c'), relay] }

function pair(first: number, second: number): Scenario {
  return {
    id: `pair_${first}_${second}`,
    title: `a fork with ${first}, then ${second}`,
    routes: toTwo,
    caller: call,
    callees: { a: { INVITE: [{ at: 0, status: first }] }, b: { INVITE: [{ at: 80, status: second }] } },
    lasts: 280,
  }
}

/** Every ordered pair of final codes. */
export const forkPairs: readonly Scenario[] = codes.flatMap((first) => codes.map((second) => pair(first, second)))

function basic(realm: string): readonly string[] {
  return [`WWW-Authenticate: Digest realm="${realm}", nonce="1"`]
}

function proxied(realm: string): readonly string[] {
  return [`Proxy-Authenticate: Digest realm="${realm}", nonce="2"`]
}

const ringing: CalleePlan = { INVITE: [{ at: 0, status: 180 }] }

export const forks: readonly Scenario[] = [
  {
    id: 'fork_200_wins',
    title: '200 of one branch cancels the ringing one',
    routes: toTwo,
    caller: call,
    callees: { a: ringing, b: { INVITE: [{ at: 150, status: 200 }] } },
    lasts: 500,
  },
  {
    id: 'fork_200_after_486',
    title: '200 after the other branch was busy',
    routes: toTwo,
    caller: call,
    callees: { a: { INVITE: [{ at: 0, status: 486 }] }, b: { INVITE: [{ at: 100, status: 200 }] } },
    lasts: 300,
  },
  {
    id: 'fork_200_silent_rings_late',
    title: '200 while the other branch is silent, which rings later and is cancelled then',
    routes: toTwo,
    caller: call,
    callees: { a: { INVITE: [{ at: 300, status: 180 }] }, b: { INVITE: [{ at: 100, status: 200 }] } },
    lasts: 600,
    differences: ['late-cancel-reason'],
  },
  {
    id: 'fork_200_silent_answers_late',
    title: '200 while the other branch is silent, which answers 200 as well',
    routes: toTwo,
    caller: call,
    callees: { a: { INVITE: [{ at: 300, status: 200 }] }, b: { INVITE: [{ at: 100, status: 200 }] } },
    lasts: 500,
  },
  {
    id: 'fork_two_200',
    title: '2xx from two branches: the second one crosses its CANCEL',
    routes: toTwo,
    caller: call,
    callees: {
      a: { INVITE: [{ at: 100, status: 200 }] },
      b: {
        INVITE: [
          { at: 0, status: 180 },
          { at: 180, status: 200 },
        ],
        CANCEL: [{ at: 0, status: 481 }],
      },
    },
    lasts: 500,
  },
  {
    id: 'fork_202',
    title: 'a fork of a MESSAGE with 202 and 404',
    routes: toTwo,
    caller: [{ at: 0, send: 'request', method: 'MESSAGE' }],
    callees: { a: { MESSAGE: [{ at: 0, status: 404 }] }, b: { MESSAGE: [{ at: 80, status: 202 }] } },
    lasts: 300,
  },
  {
    id: 'fork_message_both_200',
    title: 'a fork of a MESSAGE with two 200: the second one is absorbed',
    routes: toTwo,
    caller: [{ at: 0, send: 'request', method: 'MESSAGE' }],
    callees: { a: { MESSAGE: [{ at: 0, status: 200 }] }, b: { MESSAGE: [{ at: 80, status: 200 }] } },
    lasts: 300,
  },
  {
    id: 'fork_message_both_fail',
    title: 'a fork of a MESSAGE with 480 and 404',
    routes: toTwo,
    caller: [{ at: 0, send: 'request', method: 'MESSAGE' }],
    callees: { a: { MESSAGE: [{ at: 0, status: 480 }] }, b: { MESSAGE: [{ at: 80, status: 404 }] } },
    lasts: 300,
  },
  {
    id: 'fork_three_fail',
    title: 'three branches fail: 486, 404, 500',
    routes: toThree,
    caller: call,
    callees: {
      a: { INVITE: [{ at: 0, status: 486 }] },
      b: { INVITE: [{ at: 80, status: 404 }] },
      c: { INVITE: [{ at: 160, status: 500 }] },
    },
    lasts: 400,
  },
  {
    id: 'fork_three_ring',
    title: 'provisional replies of three branches reach the caller in their order',
    routes: toThree,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 180 },
          { at: 400, status: 486 },
        ],
      },
      b: {
        INVITE: [
          { at: 80, status: 183 },
          { at: 480, status: 486 },
        ],
      },
      c: {
        INVITE: [
          { at: 160, status: 180 },
          { at: 240, status: 180 },
          { at: 320, status: 183 },
          { at: 560, status: 404 },
        ],
      },
    },
    lasts: 800,
  },
  {
    id: 'fork_6xx_ringing',
    title: '603 cancels the ringing branch',
    routes: toTwo,
    caller: call,
    callees: { a: ringing, b: { INVITE: [{ at: 150, status: 603 }] } },
    lasts: 500,
  },
  {
    id: 'fork_6xx_silent',
    title: '603 while the other branch is silent, which rings later',
    routes: toTwo,
    caller: call,
    callees: { a: { INVITE: [{ at: 250, status: 180 }] }, b: { INVITE: [{ at: 100, status: 603 }] } },
    lasts: 550,
    differences: ['late-cancel-reason'],
  },
  {
    id: 'fork_6xx_then_200',
    title: '603, and the other branch answers 200 although it is cancelled',
    routes: toTwo,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 180 },
          { at: 200, status: 200 },
        ],
        CANCEL: [{ at: 0, status: 481 }],
      },
      b: { INVITE: [{ at: 100, status: 603 }] },
    },
    lasts: 500,
  },
  {
    id: 'fork_6xx_free',
    title: 'disable_6xx_block: 603 leaves the ringing branch alone',
    tm: { disable_6xx_block: 1 },
    routes: toTwo,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 180 },
          { at: 250, status: 486 },
        ],
      },
      b: { INVITE: [{ at: 100, status: 603 }] },
    },
    lasts: 500,
  },
  {
    id: 'fork_6xx_free_200',
    title: 'disable_6xx_block: 200 after 603',
    tm: { disable_6xx_block: 1 },
    routes: toTwo,
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 180 },
          { at: 250, status: 200 },
        ],
      },
      b: { INVITE: [{ at: 100, status: 603 }] },
    },
    lasts: 500,
  },
  {
    id: 'fork_6xx_free_by_script',
    title: 't_set_disable_6xx: 603 leaves the ringing branch alone',
    routes: { request: [disable6xx, fork('a', 'b'), relay] },
    caller: call,
    callees: {
      a: {
        INVITE: [
          { at: 0, status: 180 },
          { at: 250, status: 404 },
        ],
      },
      b: { INVITE: [{ at: 100, status: 603 }] },
    },
    lasts: 500,
  },
  ...[0, 1].flatMap((aggregate): readonly Scenario[] => [
    {
      id: `challenges_401_407_${aggregate}`,
      title: `challenges of 401 and 407, aggregate_challenges ${aggregate}`,
      tm: { aggregate_challenges: aggregate },
      routes: toTwo,
      caller: call,
      callees: {
        a: { INVITE: [{ at: 0, status: 401, headers: basic('a'), reason: 'Who are you' }] },
        b: { INVITE: [{ at: 80, status: 407, headers: proxied('b') }] },
      },
      lasts: 300,
    },
    {
      id: `challenges_407_407_${aggregate}`,
      title: `challenges of two 407, aggregate_challenges ${aggregate}`,
      tm: { aggregate_challenges: aggregate },
      routes: toThree,
      caller: call,
      callees: {
        a: { INVITE: [{ at: 0, status: 407, headers: proxied('a') }] },
        b: { INVITE: [{ at: 80, status: 407, headers: [...proxied('b'), ...proxied('b2')] }] },
        c: { INVITE: [{ at: 160, status: 480 }] },
      },
      lasts: 400,
    },
    {
      id: `challenges_one_${aggregate}`,
      title: `one challenge and a 404, aggregate_challenges ${aggregate}`,
      tm: { aggregate_challenges: aggregate },
      routes: toTwo,
      caller: call,
      callees: {
        a: { INVITE: [{ at: 0, status: 401, headers: basic('a'), reason: 'Who are you' }] },
        b: { INVITE: [{ at: 80, status: 404 }] },
      },
      lasts: 300,
    },
  ]),
  {
    id: 'single_503',
    title: '503 with Retry-After becomes 500',
    routes: { request: [fork('a'), relay] },
    caller: call,
    callees: { a: { INVITE: [{ at: 0, status: 503, headers: ['Retry-After: 20'] }] } },
    lasts: 250,
  },
  {
    id: 'single_503_kept',
    title: 'remap_503_500 0: 503 stays what it is',
    tm: { remap_503_500: 0 },
    routes: { request: [fork('a'), relay] },
    caller: call,
    callees: { a: { INVITE: [{ at: 0, status: 503, headers: ['Retry-After: 20'] }] } },
    lasts: 250,
  },
  {
    id: 'message_503',
    title: '503 to a MESSAGE',
    routes: { request: [fork('a'), relay] },
    caller: [{ at: 0, send: 'request', method: 'MESSAGE' }],
    callees: { a: { MESSAGE: [{ at: 0, status: 503 }] } },
    lasts: 250,
  },
  {
    id: 'fork_same_codes',
    title: 'two 486 with different texts and tags: the first branch wins',
    routes: toTwo,
    caller: call,
    callees: {
      a: { INVITE: [{ at: 80, status: 486, reason: 'Busy with a' }] },
      b: { INVITE: [{ at: 0, status: 486, reason: 'Busy with b' }] },
    },
    lasts: 300,
  },
]
