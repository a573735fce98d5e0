import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import type { Browser } from '../harness/browser.ts'
import { startBrowser } from '../harness/browser.ts'
import { missing } from '../harness/need.ts'
import type { Signalbox } from '../harness/start-signalbox.ts'
import { startSignalbox } from '../harness/start-signalbox.ts'

const LISTEN_MS = 4000

/** Runs in the page: the texts that live regions take on meanwhile. */
const heardInPage = `(async () => {
  const regions = '[role="status"], [role="alert"], [role="log"], [aria-live="polite"], [aria-live="assertive"]'
  const heard = []
  const observer = new MutationObserver((changes) => {
    for (const { target } of changes) {
      const region = (target instanceof Element ? target : target.parentElement)?.closest(regions)
      if (region) heard.push(region.textContent)
    }
  })
  observer.observe(document.body, { subtree: true, childList: true, characterData: true })
  await new Promise((resolve) => setTimeout(resolve, ${LISTEN_MS}))
  observer.disconnect()
  return heard
})()`

describe.skipIf(missing('chromium'))('what a screen reader speaks of the console, with the traffic of the demo', () => {
  let box: Signalbox
  let browser: Browser

  beforeAll(async () => {
    box = await startSignalbox({ withApi: true, flags: ['--demo'] })
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await box?.stop()
  })

  it.each(['/', '/tx', '/events'])('%s rests while nobody does anything', async (path) => {
    const page = await browser.open(`${box.url}${path}`)
    onTestFinished(() => page.close())
    await page.getByText('Live', { exact: true }).waitFor()
    // The counts are spoken once, when the page has come.
    await page.waitForTimeout(2500)
    expect(await page.evaluate(heardInPage)).toEqual([])
  })

  it('the keys between the views of a transaction are those of tabs', async () => {
    const page = await browser.open(`${box.url}/tx`)
    onTestFinished(() => page.close())
    await page.getByRole('table', { name: 'Live transactions' }).getByRole('row').filter({ hasText: 'INVITE' }).first().click()
    await page.getByRole('tab', { name: 'Ladder' }).focus()
    await page.keyboard.press('ArrowRight')
    await page.getByRole('tabpanel', { name: 'Now' }).waitFor()
    expect(await page.locator(':focus').innerText()).toBe('Now')
    await page.keyboard.press('End')
    await page.getByRole('tabpanel', { name: 'JSON' }).waitFor()
  })
})
