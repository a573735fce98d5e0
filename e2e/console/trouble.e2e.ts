import { describe, expect, it, onTestFinished } from 'vitest'
import { axeViolations } from '../harness/axe-violations.ts'
import { startBrowser, themes } from '../harness/browser.ts'
import { limitFiles } from '../harness/limit-files.ts'
import { missing } from '../harness/need.ts'
import { openUdp } from '../harness/raw-port.ts'
import { RawUa } from '../harness/raw-ua.ts'
import { startSignalbox } from '../harness/start-signalbox.ts'

it.skipIf(missing('chromium') || missing('prlimit'))('the console says on every page why registrations are refused', async () => {
  const box = await startSignalbox({ withApi: true })
  onTestFinished(() => box.kill())
  const port = await openUdp()
  onTestFinished(() => port.close())
  const browser = await startBrowser()
  onTestFinished(() => browser.close())
  const phone = new RawUa('alice', port, { host: '127.0.0.1', port: box.sipPort })
  await limitFiles(box.pidOf('engine'), 1)
  const [uri, to] = [`sip:127.0.0.1:${box.sipPort}`, `<${phone.uriAtProxy(phone.user)}>`]
  await phone.sendRequest({ method: 'REGISTER', uri, to, headers: ['Expires: 3600'] })
  await phone.takeReply(500, 'REGISTER')

  const page = await browser.open(`${box.url}/tx`)
  const alert = page.getByRole('alert').filter({ hasText: 'Registrations cannot be written to' })
  await alert.waitFor()
  expect(await alert.innerText()).toMatch(/and are refused: .+\.$/)
  expect(await axeViolations(page)).toEqual([])
})

describe.skipIf(missing('chromium'))('a console whose server has gone', () => {
  it.for(themes)('says so and when it tries again, and axe finds nothing: %s', async (theme) => {
    const box = await startSignalbox({ withApi: true })
    onTestFinished(() => box.kill())
    const browser = await startBrowser()
    onTestFinished(() => browser.close())
    const page = await browser.open(`${box.url}/`, theme)
    await page.getByRole('rowheader', { name: /^current/ }).waitFor()
    await box.kill()
    await page.getByRole('alert').filter({ hasText: 'Reconnecting, last data' }).waitFor()
    await page.getByRole('button', { name: 'Try now' }).waitFor()
    expect(await axeViolations(page)).toEqual([])
  })
})
