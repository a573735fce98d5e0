import { pause } from './child.ts'
import { NOTHING, type Measurement } from './measurement.ts'
import { Port } from './ports.ts'
import type { Scenario } from './scenario.ts'
import type { Stand } from './stand.ts'

/** For so many seconds each load is offered. */
const SECONDS = 6
const SEARCH_SECONDS = 3
const WARM_UP_SECONDS = 5
const STEP = 1.2
/** Of the calls offered, to count as carried whole. */
const WHOLE = 0.97
/** Share of the highest rate that is offered afterwards, and the seconds in which all of it is to be carried again. */
const AFTERWARDS = 0.7
const RECOVERY_SECONDS = 8
/** Callers give up after 4 s; their sipp some time later. */
const PATIENCE = 6

/**
 * What becomes of calls beyond what the proxy can carry. A call counts that got its 200 within 4 s and was ended. First the highest rate
 * of such calls is looked for, then once, one and a half times and twice as many are offered, then fewer again.
 */
export async function measureOverload(stand: Stand, { rate }: Scenario): Promise<Measurement> {
  await goodput(stand, rate, WARM_UP_SECONDS)
  const most = await highestGoodput(stand, rate)
  const goods: number[] = []
  // One load after the other.
  /* oxlint-disable no-await-in-loop */
  for (const factor of [1, 1.5]) {
    goods.push(await goodput(stand, most * factor, SECONDS))
    await pause(1000)
  }
  /* oxlint-enable no-await-in-loop */
  const twice = goodput(stand, most * 2, SECONDS)
  await pause(SECONDS * 1000)
  const recovery = await secondsToRecover(stand, most * AFTERWARDS)
  goods.push(await twice)
  const highest = Math.max(most, ...goods)
  const [once, half, double] = goods.map((good) => good / highest)
  return { ...NOTHING, rate: highest, once, half, twice: double, recovery }
}

/** Calls a second that were good, when so many are offered. */
async function goodput(stand: Stand, offered: number, seconds: number): Promise<number> {
  const result = await stand.call(Math.round(offered), Math.round(offered * seconds), { patience: seconds + PATIENCE })
  return result.good / seconds
}

/** Each load has two attempts, because the machine is not ours alone. */
async function highestGoodput(stand: Stand, first: number): Promise<number> {
  let best = 0
  for (let offered = first, attempts = 0; attempts < 2;) {
    // oxlint-disable-next-line no-await-in-loop
    const good = await goodput(stand, offered, SEARCH_SECONDS)
    if (good > best) best = good
    attempts++
    if (good >= offered * WHOLE) {
      offered = Math.round(offered * STEP)
      attempts = 0
    }
    // oxlint-disable-next-line no-await-in-loop
    await pause(500)
  }
  return best
}

/** Offers a load that is no overload; seconds until all of it is carried. */
async function secondsToRecover(stand: Stand, offered: number): Promise<number> {
  const { goodEachSecond } = await stand.call(Math.round(offered), Math.round(offered * RECOVERY_SECONDS), {
    patience: RECOVERY_SECONDS + PATIENCE,
    port: Port.SECOND_CALLER,
  })
  const first = goodEachSecond.findIndex((good) => good >= offered * 0.9)
  return first === -1 ? RECOVERY_SECONDS : first + 1
}
