import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'

import { axeViolations } from '../harness/axe-violations.ts'
import type { Browser, Theme } from '../harness/browser.ts'
import { savePicture, startBrowser, takingPictures, themes } from '../harness/browser.ts'
import type { Incoming } from '../harness/inbox.ts'
import { missing } from '../harness/need.ts'
import { headerValue, readRaw } from '../harness/raw-message.ts'
import { openUdp } from '../harness/raw-port.ts'
import { RawUa } from '../harness/raw-ua.ts'
import type { Signalbox } from '../harness/start-signalbox.ts'
import { startSignalbox } from '../harness/start-signalbox.ts'
import { waitUntil } from '../harness/wait-until.ts'

const WIDTHS = [1280, 390] as const

let box: Signalbox
let browser: Browser
let caller: RawUa
/** Two phones of one user. */
let phones: readonly RawUa[]

interface Ringing {
  readonly invite: string
  readonly branches: readonly Incoming[]
  /** index:label of the INVITE. */
  readonly key: string
}

interface ListedTransaction {
  readonly method: string
  readonly tindex: number
  readonly tlabel: number
  readonly callid: string
}

/** A call to both phones, which ring. */
async function ring(): Promise<Ringing> {
  const invite = await caller.sendRequest({ method: 'INVITE', uri: caller.uriAtProxy('callee') })
  const branches = await Promise.all(phones.map((phone) => phone.takeRequest('INVITE')))
  for (const [i, phone] of phones.entries()) phone.answer(branches[i], 180, 'Ringing')
  await caller.takeReply(180)
  await caller.takeReply(180)
  const callId = headerValue(readRaw(invite), 'call-id')
  const list = (await box.rpc('tm.list')) as readonly ListedTransaction[]
  const own = list.find(({ method, callid }) => method === 'INVITE' && callid.includes(callId))
  return { invite, branches, key: `${own?.tindex}:${own?.tlabel}` }
}

async function open(path: string, theme: Theme = 'dark', width: number = WIDTHS[0]): Promise<Page> {
  const page = await browser.open(`${box.url}${path}`, theme)
  await page.setViewportSize({ width, height: 900 })
  onTestFinished(() => page.close())
  return page
}

/** For whoever looks at what the test saw; the documentation has others. */
async function picture(page: Page, name: string): Promise<void> {
  if (!takingPictures) await savePicture(page, name)
}

const branch = (page: Page, index: number) => page.getByRole('listitem', { name: `Branch ${index}` })

/** What is wider than the page makes it scroll sideways. */
function overflow(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}

/** A phone that is cancelled stops ringing. */
function obeyCancel(phone: RawUa): void {
  let invite: Incoming | null = null
  phone.port.inbox.react((incoming) => {
    if (incoming.message.method === 'INVITE') invite = incoming
    if (incoming.message.method !== 'CANCEL') return false
    phone.answer(incoming, 200, 'OK')
    if (invite !== null) phone.answer(invite, 487, 'Request Terminated')
    return true
  })
}

/** The caller gives up. */
async function hangUp({ invite }: Ringing): Promise<void> {
  await caller.send(caller.cancel(readRaw(invite)))
  await caller.send(caller.negativeAck(readRaw(invite), await caller.takeReply(487)))
}

describe.skipIf(missing('chromium'))('a transaction in the console, as it stands now', () => {
  beforeAll(async () => {
    box = await startSignalbox({ withApi: true, tm: { wt_timer: 3000 } })
    browser = await startBrowser()
    const proxy = { host: '127.0.0.1', port: box.sipPort }
    caller = new RawUa('caller', await openUdp(), proxy)
    phones = [new RawUa('callee', await openUdp(), proxy), new RawUa('callee', await openUdp(), proxy)]
    for (const phone of phones) {
      await phone.register()
      obeyCancel(phone)
    }
  })
  afterAll(async () => {
    await Promise.all([caller, ...(phones ?? [])].map((ua) => ua?.port.close()))
    await browser?.close()
    await box?.stop()
  })
  beforeEach(() => {
    for (const ua of [caller, ...phones]) ua.port.inbox.drop()
  })

  it('shows branches with state, last code, destination and timers that count down', async () => {
    const call = await ring()
    const page = await open(`/tx/${call.key}?tab=now`)
    for (const index of [0, 1]) {
      const card = branch(page, index)
      await card.getByText('proceeding').waitFor()
      expect(await card.innerText()).toMatch(/180 Ringing[\s\S]*udp:127\.0\.0\.1:\d+[\s\S]*Timer fr_inv\s+in 1 min \d+ s/)
    }
    const server = page.getByRole('region', { name: 'Server side' })
    expect(await server.innerText()).toContain(call.key)
    const left = async (): Promise<string> => /Timer fr_inv\s+(in [^\n]+)/.exec(await branch(page, 0).innerText())?.[1] ?? ''
    const before = await left()
    await waitUntil('the timer to count down', async () => ((await left()) === before ? undefined : true))
    await hangUp(call)
  })

  it('cancels one branch by the keyboard, after it has asked', async () => {
    const call = await ring()
    const page = await open(`/tx/${call.key}?tab=now`)
    const button = branch(page, 1).getByRole('button', { name: 'Cancel branch 1' })
    await button.waitFor()
    await button.focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Cancel branch 1?' })
    await dialog.waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(await branch(page, 1).innerText()).not.toContain('cancelled')
    await button.press('Enter')
    await dialog.getByRole('button', { name: 'Cancel this branch' }).press('Enter')
    await branch(page, 1).getByText('cancelled').waitFor()
    await branch(page, 1).getByText('487').waitFor()
    expect(await branch(page, 0).innerText()).toMatch(/proceeding\s+180/)
    expect(await branch(page, 1).getByRole('button').count()).toBe(0)
    await hangUp(call)
  })

  it('says why the engine refuses what comes too late', async () => {
    const call = await ring()
    const page = await open(`/tx/${call.key}?tab=now`)
    await branch(page, 0).getByRole('button', { name: 'Cancel branch 0' }).click()
    const dialog = page.getByRole('dialog', { name: 'Cancel branch 0?' })
    await hangUp(call)
    await dialog.getByRole('button', { name: 'Cancel this branch' }).click()
    expect(await dialog.getByRole('alert').innerText()).toMatch(/^40[49] /)
    await dialog.getByRole('button', { name: 'Keep it' }).click()
    await dialog.waitFor({ state: 'detached' })
  })

  it('forces a final reply', async () => {
    const call = await ring()
    const page = await open(`/tx/${call.key}?tab=now`)
    await page.getByRole('button', { name: 'Force a final reply' }).click()
    const dialog = page.getByRole('dialog', { name: 'Force a final reply?' })
    await dialog.getByLabel('Code').fill('77')
    expect(await dialog.getByRole('button', { name: 'Send this reply' }).isDisabled()).toBe(true)
    await dialog.getByLabel('Code').fill('486')
    await dialog.getByLabel('Reason phrase').fill('Busy by hand')
    await dialog.getByLabel('Reason phrase').press('Enter')
    const reply = await caller.takeReply(486)
    expect(reply.startLine).toBe('SIP/2.0 486 Busy by hand')
    await caller.send(caller.negativeAck(readRaw(call.invite), reply))
    await page.getByText('ended, waits for late messages').waitFor()
    expect(await page.getByRole('button', { name: 'Force a final reply' }).count()).toBe(0)
    await page.getByText('It is no longer in the table').waitFor({ timeout: 30_000 })
  })

  it('says beside the final reply why it was chosen', async () => {
    const call = await ring()
    for (const [i, phone] of phones.entries()) phone.answer(call.branches[i], i === 0 ? 486 : 603, i === 0 ? 'Busy Here' : 'Decline')
    const reply = await caller.takeReply(603)
    await caller.send(caller.negativeAck(readRaw(call.invite), reply))
    const page = await open(`/tx/${call.key}?view=table`)
    await page.getByRole('region', { name: 'Ladder as a table' }).getByRole('button', { name: /603/ }).last().click()
    const why = page.getByRole('region', { name: 'Why this reply' })
    await why.waitFor()
    const candidates = await why.getByRole('listitem').allInnerTexts()
    expect(candidates).toHaveLength(2)
    expect(candidates[0]).toMatch(/603[\s\S]*priority 1003[\s\S]*chosen/)
    expect(candidates[1]).toMatch(/486[\s\S]*priority 4186/)
    expect(await axeViolations(page)).toEqual([])
    await picture(page, 'why-this-reply')
  })

  it('shows how a call stands that is not recorded', async () => {
    await box.rpc('cfg.set', 'core', 'recorded_transactions', 0)
    try {
      const call = await ring()
      const page = await open(`/tx/${call.key}`)
      await page.getByText('INVITE is not recorded').waitFor()
      await branch(page, 1).getByText('proceeding').waitFor()
      expect(await axeViolations(page)).toEqual([])
      await hangUp(call)
    } finally {
      await box.rpc('cfg.reset', 'core')
    }
  })

  it('links a cancelled call and its CANCEL, both ways', async () => {
    const call = await ring()
    const page = await open(`/tx/${call.key}`)
    await page.getByRole('region', { name: 'Ladder' }).waitFor()
    expect(await page.getByRole('link', { name: 'CANCEL of this call' }).count()).toBe(0)
    await hangUp(call)
    await page.getByRole('link', { name: 'CANCEL of this call' }).click()
    await page.getByRole('link', { name: 'INVITE of this call' }).waitFor()
    expect(page.url()).not.toContain(call.key)
    await page.getByRole('link', { name: 'INVITE of this call' }).click()
    await waitUntil('the page of the INVITE', () => (page.url().includes(call.key) ? true : undefined))
  })

  describe.each(themes)('%s', (theme) => {
    it.each(WIDTHS)('at %i px axe finds nothing, and nothing is cut', async (width) => {
      const call = await ring()
      const page = await open(`/tx/${call.key}?tab=now`, theme, width)
      await branch(page, 1).getByText('proceeding').waitFor()
      expect(await axeViolations(page)).toEqual([])
      expect(await overflow(page)).toBe(0)
      await picture(page, `transaction-now-${theme}-${width}`)
      await page.getByRole('button', { name: 'Force a final reply' }).click()
      await page.getByRole('dialog').waitFor()
      expect(await axeViolations(page)).toEqual([])
      await picture(page, `force-reply-${theme}-${width}`)
      await page.keyboard.press('Escape')
      await hangUp(call)
    })
  })

  it('the RPC form has room for header lines, and sends them', async () => {
    const target = phones[0]
    const page = await open('/rpc/tm.t_uac_start')
    const fill = (name: string, text: string): Promise<void> => page.locator(`#parameter-${name}`).fill(text)
    await fill('method', 'MESSAGE')
    await fill('ruri', `sip:callee@${target.address}`)
    await fill('nexthop', '.')
    await fill('socket', '.')
    const headers = page.locator('#parameter-headers')
    expect(await headers.evaluate((element) => element.tagName)).toBe('TEXTAREA')
    await headers.click()
    for (const line of ['From: <sip:monitor@example.com>', 'To: <sip:callee@example.com>', 'Content-Type: text/plain']) {
      await page.keyboard.type(line)
      await page.keyboard.press('Enter')
    }
    await fill('body', 'one\ntwo')
    expect(await axeViolations(page)).toEqual([])
    await picture(page, 'rpc-lines')
    await page.getByRole('button', { name: 'Call', exact: true }).click()
    const request = await target.takeRequest('MESSAGE')
    expect(headerValue(request.message, 'from')).toContain('sip:monitor@example.com')
    expect(request.message.body).toBe('one\r\ntwo')
    target.answer(request, 200, 'OK')
  })
})
