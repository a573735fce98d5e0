import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import { axeViolations } from '../harness/axe-violations.ts'
import type { Browser } from '../harness/browser.ts'
import { savePicture, startBrowser, themes } from '../harness/browser.ts'
import { freePort } from '../harness/free-port.ts'
import { missing } from '../harness/need.ts'
import type { SippRun } from '../harness/sipp.ts'
import { startUac, startUas } from '../harness/sipp.ts'
import type { Signalbox } from '../harness/start-signalbox.ts'
import { startSignalbox } from '../harness/start-signalbox.ts'

const RATE = 100
const SHARE = /^1 in \d+ calls recorded/

describe.skipIf(missing('chromium') || missing('sipp'))('the console says what is recorded', () => {
  let box: Signalbox
  let browser: Browser
  let uas: SippRun
  let uac: SippRun

  beforeAll(async () => {
    const uasPort = await freePort()
    box = await startSignalbox({ withApi: true, gateways: [`sip:127.0.0.1:${uasPort}`], core: { recorded_transactions: 10 } })
    browser = await startBrowser()
    uas = await startUas({ transport: 'u1' }, uasPort)
    uac = await startUac({ transport: 'u1', calls: RATE * 120, rate: RATE }, `127.0.0.1:${box.sipPort}`)
  })
  afterAll(async () => {
    uac?.kill()
    uas?.kill()
    await browser?.close()
    await box?.stop()
  })

  async function openPage(path: string, theme: (typeof themes)[number] = 'dark'): Promise<Page> {
    const page = await browser.open(`${box.url}${path}`, theme)
    onTestFinished(() => page.close())
    await page.getByRole('button', { name: SHARE }).waitFor({ timeout: 30_000 })
    return page
  }

  it.each(['/tx', '/events'])('%s shows the share of the calls beside its rows', async (path) => {
    const page = await openPage(path)
    expect(await page.getByRole('button', { name: SHARE }).innerText()).toMatch(SHARE)
  })

  it.each(themes)('traces a call, by keyboard alone, %s: axe finds nothing', async (theme) => {
    const page = await openPage('/tx', theme)
    await page.getByRole('button', { name: SHARE }).press('Enter')
    const dialog = page.getByRole('dialog', { name: 'What is recorded' })
    await dialog.waitFor()
    await dialog.getByLabel('Trace by').focus()
    await page.keyboard.press('Tab')
    await page.keyboard.type(`alice-${theme}`)
    await page.keyboard.press('Enter')
    await dialog.getByRole('list', { name: 'Traces' }).getByText(`alice-${theme}`).waitFor()
    expect(await axeViolations(page)).toEqual([])
    await savePicture(page, `recording-${theme}`)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /, 1 traced$/ }).press('Enter')
    await dialog.getByRole('button', { name: `Stop tracing alice-${theme}` }).press('Enter')
    await dialog.getByRole('list', { name: 'Traces' }).waitFor({ state: 'detached' })
    expect(await box.rpc('signalbox.trace.list')).toMatchObject({ traces: [] })
  })

  it('says why a trace is refused', async () => {
    const page = await openPage('/events')
    for (let i = 0; i < 20; i++) {
      // oxlint-disable-next-line no-await-in-loop
      await box.rpc('signalbox.trace.start', 'source', `192.0.2.${i}`, 60)
    }
    await page.getByRole('button', { name: SHARE }).click()
    const dialog = page.getByRole('dialog', { name: 'What is recorded' })
    await dialog.getByRole('textbox', { name: 'User' }).fill('bob')
    await dialog.getByRole('button', { name: 'Trace', exact: true }).click()
    await dialog.getByRole('alert').getByText('20 traces run already').waitFor()
    await box.rpc('signalbox.trace.stop')
  })

  it('no page reported an error', () => {
    expect(browser.problems.filter((problem) => !problem.includes('429'))).toEqual([])
  })
})
