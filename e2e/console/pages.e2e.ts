import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import { axeViolations } from '../harness/axe-violations.ts'
import type { Browser, Theme } from '../harness/browser.ts'
import { pictureFolder, savePicture, startBrowser, takingPictures, themes } from '../harness/browser.ts'
import { missing } from '../harness/need.ts'
import { tmStats } from '../harness/rpc.ts'
import type { Signalbox } from '../harness/start-signalbox.ts'
import { startSignalbox } from '../harness/start-signalbox.ts'
import { waitUntil } from '../harness/wait-until.ts'

let box: Signalbox
let browser: Browser

interface PlaceOnConsole {
  readonly name: string
  readonly path: string
  /** What must be seen before the page counts as shown. */
  readonly shown: (page: Page) => Promise<unknown>
}

const rowsOf = (page: Page) => page.getByRole('table', { name: 'Live transactions' }).getByRole('row')

/** Opens the newest live call to somebody, and waits until its ladder has some rows. */
async function openLadder(page: Page): Promise<void> {
  await rowsOf(page).filter({ hasText: 'INVITE' }).first().click({ timeout: 40_000 })
  await page.getByRole('region', { name: 'Ladder' }).waitFor()
  await waitUntil(
    'the call to be answered',
    async () => {
      const name = await page.getByRole('img', { name: /^Ladder with/ }).getAttribute('aria-label')
      return Number(/\d+/.exec(name ?? '')?.[0]) >= 20 ? true : undefined
    },
    30_000,
  )
}

const places: readonly PlaceOnConsole[] = [
  { name: 'overview', path: '/', shown: (page) => page.getByRole('rowheader', { name: /^current/ }).waitFor() },
  { name: 'transactions', path: '/tx', shown: (page) => rowsOf(page).nth(4).waitFor() },
  { name: 'ladder', path: '/tx?f=branches%3E1', shown: openLadder },
  {
    name: 'events',
    path: '/events',
    shown: (page) =>
      page
        .getByText(/msg-in|received|INVITE/i)
        .first()
        .waitFor(),
  },
  { name: 'rpc', path: '/rpc', shown: (page) => page.getByText('tm.stats').first().waitFor() },
  { name: 'rpc-method', path: '/rpc/tm.stats', shown: (page) => page.getByText('tm.stats').first().waitFor() },
]

async function visit(place: PlaceOnConsole, theme: Theme): Promise<Page> {
  const page = await browser.open(`${box.url}${place.path}`, theme)
  onTestFinished(() => page.close())
  await place.shown(page)
  return page
}

describe.skipIf(missing('chromium'))('every page of the console, with the traffic of the demo', () => {
  beforeAll(async () => {
    box = await startSignalbox({ withApi: true, flags: ['--demo'] })
    browser = await startBrowser()
    await waitUntil('some traffic', async () => ((await tmStats(box.rpc))['2xx'] > 20 ? true : undefined), 40_000, 250)
  })
  afterAll(async () => {
    await browser?.close()
    await box?.stop()
    console.log(`pictures of the console are in ${pictureFolder}`)
  })

  describe.each(themes)('%s', (theme) => {
    it.for(places)('$path: axe finds nothing', { timeout: 150_000 }, async (place) => {
      const page = await visit(place, theme)
      const told = await axeViolations(page)
      // The charts of the overview begin when the page is opened.
      if (takingPictures && place.name === 'overview') await page.waitForTimeout(90_000)
      await savePicture(page, `${place.name}-${theme}`)
      expect(told).toEqual([])
    })
  })

  it('the way back from a transaction leads to the row that was left', async () => {
    const page = await visit(
      places.find(({ name }) => name === 'transactions')!,
      'dark',
    )
    await page.keyboard.press('p')
    for (const key of ['j', 'j', 'j']) await page.keyboard.press(key)
    const chosen = page.locator('[role=row][aria-current=true]')
    const left = await chosen.getAttribute('aria-rowindex')
    expect(left).toBe('4')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/tx\/\d+:\d+/)
    await page.goBack()
    await chosen.waitFor()
    expect(await chosen.getAttribute('aria-rowindex')).toBe(left)
  })

  it('the transaction page opens a message and shows JSON', async () => {
    const page = await visit(
      places.find(({ name }) => name === 'ladder')!,
      'dark',
    )
    await page.getByRole('button', { name: 'Table' }).click()
    await page
      .getByRole('button', { name: /INVITE/ })
      .first()
      .click()
    await page.getByRole('region', { name: 'Raw message' }).or(page.getByLabel('Raw message')).first().waitFor()
    await page.getByRole('tab', { name: 'JSON' }).click()
    await page.getByRole('region', { name: 'JSON' }).getByText('callId').first().waitFor()
  })

  it('RPC calls a method and shows its result', async () => {
    const page = await visit(
      places.find(({ name }) => name === 'rpc-method')!,
      'dark',
    )
    await page
      .getByRole('button', { name: /^(call|run|send)\b/i })
      .first()
      .click()
    await page.getByText('rpl_received').first().waitFor()
  })

  it('no page reported an error', () => {
    expect(browser.problems).toEqual([])
  })
})
