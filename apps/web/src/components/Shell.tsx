import { Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useConnection } from '../api/console.ts'
import { useHotkeys } from '../keyboard/hotkeys.ts'
import { pathBuilder } from '../path-builder.ts'
import { setPreference, usePreferences } from '../stores/preferences.ts'
import { ConnectionBanner } from './ConnectionBanner.tsx'
import { Rail } from './Rail.tsx'
import { StatusLine } from './StatusLine.tsx'
import { titleOf } from './title-of.ts'
import { nextTheme, TopBar } from './TopBar.tsx'
import { TroubleBanner } from './TroubleBanner.tsx'

const Palette = lazy(async () => ({ default: (await import('./Palette.tsx')).Palette }))
const HelpSheet = lazy(async () => ({ default: (await import('./HelpSheet.tsx')).HelpSheet }))
const TokenPrompt = lazy(async () => ({ default: (await import('./TokenPrompt.tsx')).TokenPrompt }))

/** Rail, top bar and banner around every page. */
export function Shell() {
  const [overlay, setOverlay] = useState<'palette' | 'help' | null>(null)
  const navigate = useNavigate()
  const { theme, zone } = usePreferences()
  const connection = useConnection()
  const title = titleOf(useLocation({ select: (location) => location.pathname }))
  useEffect(() => {
    document.title = `${title} · Signalbox`
  }, [title])
  useHotkeys({
    'go-overview': () => void navigate(pathBuilder.overview()),
    'go-transactions': () => void navigate(pathBuilder.transactions()),
    'go-events': () => void navigate(pathBuilder.events()),
    'go-rpc': () => void navigate(pathBuilder.rpc()),
    palette: () => setOverlay((open) => (open === 'palette' ? null : 'palette')),
    help: () => setOverlay('help'),
    theme: () => nextTheme(theme),
    zone: () => setPreference('zone', zone === 'utc' ? 'local' : 'utc'),
  })
  const close = () => setOverlay(null)
  return (
    <div className="flex h-full flex-col md:flex-row">
      <Rail />
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <TopBar title={title} onPalette={() => setOverlay('palette')} onHelp={() => setOverlay('help')} />
        <ConnectionBanner />
        <TroubleBanner />
        <main className="flex min-h-0 flex-1 flex-col">
          <Outlet />
        </main>
      </div>
      <StatusLine />
      <Suspense fallback={null}>
        {overlay === 'palette' && <Palette onClose={close} onHelp={() => setOverlay('help')} />}
        {overlay === 'help' && <HelpSheet onClose={close} />}
        {connection.phase === 'unauthorized' && <TokenPrompt />}
      </Suspense>
    </div>
  )
}
