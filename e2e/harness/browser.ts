import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { BrowserContext, Page } from 'playwright-core'
import { chromium } from 'playwright-core'

import { toolPath } from './need.ts'
import { repositoryRoot } from './start-signalbox.ts'

export const themes = ['dark', 'light'] as const
export type Theme = (typeof themes)[number]

export interface Browser {
  readonly context: BrowserContext
  /** A new page in this theme; what the page reports as errors is kept. */
  readonly open: (url: string, theme?: Theme) => Promise<Page>
  /** Uncaught exceptions and console errors of all pages. */
  readonly problems: readonly string[]
  readonly close: () => Promise<void>
}

// Without these, Chromium looks for its maker's hosts in the background; the tests stay on loopback.
const quietFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Debian's Chromium, headless, with an empty profile. */
export async function startBrowser(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'signalbox-chromium-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: toolPath('chromium'),
    headless: true,
    args: quietFlags,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
  })
  const problems: string[] = []
  const open = async (url: string, theme: Theme = 'dark'): Promise<Page> => {
    const page = await context.newPage()
    page.on('pageerror', (error) => problems.push(`${url}: ${error.message}`))
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(`${url}: ${message.text()}`)
    })
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await page.goto(url, { waitUntil: 'domcontentloaded' })
    return page
  }
  return {
    context,
    open,
    problems,
    close: async () => {
      await context.close()
      await rm(profile, { recursive: true, force: true })
    },
  }
}

/** Someone wants new pictures for the documentation; then pages get the time to look lived in. */
export const takingPictures = process.env['SIGNALBOX_PICTURES'] === '1'

/** Where the pictures go: docs/images when SIGNALBOX_PICTURES=1 asks for new ones, else a folder that does not change the repository. */
export const pictureFolder = takingPictures ? join(repositoryRoot, 'docs/images') : join(tmpdir(), 'signalbox-pictures')

export async function savePicture(page: Page, name: string): Promise<void> {
  await mkdir(pictureFolder, { recursive: true })
  await page.screenshot({ path: join(pictureFolder, `${name}.png`), animations: 'disabled' })
}
