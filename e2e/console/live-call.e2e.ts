import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'

import type { Browser } from '../harness/browser.ts'
import { startBrowser } from '../harness/browser.ts'
import type { Incoming } from '../harness/inbox.ts'
import { missing } from '../harness/need.ts'
import { openUdp } from '../harness/raw-port.ts'
import { callerDialog, RawUa } from '../harness/raw-ua.ts'
import type { Signalbox } from '../harness/start-signalbox.ts'
import { startSignalbox } from '../harness/start-signalbox.ts'
import { waitUntil } from '../harness/wait-until.ts'

let box: Signalbox
let browser: Browser
let caller: RawUa
let callee: RawUa

async function openConsole(path: string): Promise<Page> {
  const page = await browser.open(`${box.url}${path}`)
  onTestFinished(() => page.close())
  return page
}

/** The number in the row of a tm.stats field on the overview; undefined before the first sample. */
async function figure(page: Page, field: string): Promise<number | undefined> {
  const row = page.getByRole('row').filter({ has: page.getByText(field, { exact: true }) })
  const text = await row.getByRole('cell').first().innerText({ timeout: 1000 })
  const value = Number(text.replaceAll(/[^\d]/g, ''))
  return text.trim() === '' || /[^\d\s,.  ]/.test(text) ? undefined : value
}

async function figureBecomes(page: Page, field: string, value: number): Promise<void> {
  let seen: number | undefined
  await waitUntil(`${field} to show ${value}`, async () => {
    seen = await figure(page, field)
    if (seen !== value) throw new Error(`it shows ${seen}`)
    return true
  })
}

/** Rows of the ladder, from its accessible name. */
async function ladderRows(page: Page): Promise<number> {
  const name = await page.getByRole('img', { name: /^Ladder with \d+ rows$/ }).getAttribute('aria-label')
  return Number(/\d+/.exec(name ?? '')?.[0] ?? 0)
}

async function ring(): Promise<Incoming> {
  await caller.sendRequest({ method: 'INVITE', uri: caller.uriAtProxy('callee') })
  const invite = await callee.takeRequest('INVITE')
  callee.answer(invite, 180, 'Ringing')
  await caller.takeReply(180)
  return invite
}

async function answer(invite: Incoming): Promise<void> {
  callee.answer(invite, 200, 'OK')
  await caller.send(caller.withinDialog('ACK', callerDialog(await caller.takeReply(200, 'INVITE'))))
  await callee.takeRequest('ACK')
}

const liveRows = (page: Page) => page.getByRole('table', { name: 'Live transactions' }).getByRole('row').filter({ hasText: 'INVITE' })

describe.skipIf(missing('chromium'))('the console during a call', () => {
  beforeAll(async () => {
    box = await startSignalbox({ withApi: true, tm: { wt_timer: 1500 } })
    browser = await startBrowser()
    const proxy = { host: '127.0.0.1', port: box.sipPort }
    caller = new RawUa('caller', await openUdp(), proxy)
    callee = new RawUa('callee', await openUdp(), proxy)
    await callee.register()
  })
  afterAll(async () => {
    await Promise.all([caller?.port.close(), callee?.port.close(), browser?.close()])
    await box?.stop()
  })
  beforeEach(() => {
    caller.port.inbox.drop()
    callee.port.inbox.drop()
  })

  it('tm.stats moves, and is back when the transaction is freed', async () => {
    const page = await openConsole('/')
    await waitUntil('the first sample', () => figure(page, 'current'))
    const total = (await figure(page, 'total')) ?? 0
    const sent = (await figure(page, 'rpl_sent')) ?? 0
    const invite = await ring()
    await figureBecomes(page, 'current', 1)
    await figureBecomes(page, 'total', total + 1)
    await figureBecomes(page, 'rpl_sent', sent + 2)
    await answer(invite)
    await figureBecomes(page, 'waiting', 1)
    await figureBecomes(page, 'current', 0)
    await figureBecomes(page, 'waiting', 0)
  })

  it('the transaction appears, its ladder grows with the call, and the list is empty again', async () => {
    const page = await openConsole('/tx')
    await page
      .getByText(/no (live )?transaction/i)
      .first()
      .waitFor()
    const invite = await ring()
    await liveRows(page).first().waitFor()
    expect(await liveRows(page).count()).toBe(1)
    await liveRows(page).first().click()
    await page.getByRole('region', { name: 'Ladder' }).waitFor()
    const ringing = await waitUntil('the ladder of the ringing call', async () =>
      (await ladderRows(page)) >= 5 ? ladderRows(page) : undefined,
    )
    await answer(invite)
    const answered = await waitUntil('the ladder to grow by the 200', async () =>
      (await ladderRows(page)) > ringing + 1 ? ladderRows(page) : undefined,
    )
    expect(answered).toBeGreaterThan(ringing)
    await page.getByRole('button', { name: 'Table' }).click()
    const words = await page.getByRole('region', { name: 'Ladder as a table' }).innerText()
    for (const expected of ['INVITE', '100', '180', '200']) expect(words).toContain(expected)
    await page.getByRole('button', { name: 'Back', exact: true }).click()
    await waitUntil('the list to be empty', async () => ((await liveRows(page).count()) === 0 ? true : undefined))
  })

  it('the filter stands in the URL', async () => {
    const invite = await ring()
    const page = await openConsole('/tx')
    await liveRows(page).first().waitFor()
    await page.getByRole('combobox', { name: 'Filter transactions' }).fill('method==BYE')
    await waitUntil('the row to leave', async () => ((await liveRows(page).count()) === 0 ? true : undefined))
    expect(decodeURIComponent(new URL(page.url()).search)).toContain('method==BYE')
    await page.reload()
    await page.getByText(/no live transaction matches/i).waitFor()
    await answer(invite)
  })

  it('API killed and started again: the console says that its data is old, then recovers by itself', async () => {
    const page = await openConsole('/')
    await waitUntil('the first sample', () => figure(page, 'current'))
    const before = box.pidOf('api')
    process.kill(before, 'SIGKILL')
    await page
      .getByRole('alert')
      .filter({ hasText: /reconnecting/i })
      .waitFor({ timeout: 20_000 })
    await waitUntil('the launcher to start it again', () => (box.pidOf('api') === before ? undefined : true), 30_000)
    await page
      .getByRole('alert')
      .filter({ hasText: /reconnecting/i })
      .waitFor({ state: 'detached', timeout: 20_000 })
    const invite = await ring()
    await figureBecomes(page, 'current', 1)
    await answer(invite)
    await figureBecomes(page, 'current', 0)
    await page.goto(`${box.url}/tx`)
    const again = await ring()
    await liveRows(page).first().waitFor()
    await answer(again)
  })
})
