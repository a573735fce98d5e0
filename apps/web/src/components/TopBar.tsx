import { Command, Keyboard, Monitor, Moon, Sun } from 'lucide-react'
import { setPreference, usePreferences, type Theme } from '../stores/preferences.ts'
import { Button } from '../ui/Button.tsx'
import { ConnectionChip } from './ConnectionChip.tsx'
import { Time } from './Time.tsx'
import { useNow } from './use-now.ts'
import { Wordmark } from './Wordmark.tsx'

const NEXT_THEME: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' }
const THEME_ICON = { system: Monitor, light: Sun, dark: Moon } as const

export function nextTheme(theme: Theme): void {
  setPreference('theme', NEXT_THEME[theme])
}

interface TopBarProps {
  readonly title: string
  readonly onPalette: () => void
  readonly onHelp: () => void
}

export function TopBar({ title, onPalette, onHelp }: TopBarProps) {
  const { theme, zone } = usePreferences()
  const ThemeIcon = THEME_ICON[theme]
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b border-line bg-panel px-3 md:px-4">
      <span className="md:hidden">
        <Wordmark />
      </span>
      <h1 className="min-w-0 truncate text-[15px] font-semibold">{title}</h1>
      <div className="ml-auto flex items-center gap-1.5">
        <ConnectionChip />
        <Button
          tone="quiet"
          onClick={() => setPreference('zone', zone === 'utc' ? 'local' : 'utc')}
          title="Switch between UTC and local time (U)"
          className="max-sm:px-1!"
        >
          <WallClock />
          {zone === 'utc' ? 'UTC' : 'local'}
        </Button>
        <Button
          tone="quiet"
          icon={<ThemeIcon size={15} />}
          aria-label={`Theme: ${theme}. Switch.`}
          title={`Theme: ${theme} (T)`}
          className="max-sm:hidden"
          onClick={() => nextTheme(theme)}
        />
        <Button
          tone="quiet"
          icon={<Command size={15} />}
          aria-label="Command palette"
          title="Command palette (Ctrl K)"
          onClick={onPalette}
        />
        <span className="hidden sm:inline">
          <Button tone="quiet" icon={<Keyboard size={15} />} aria-label="Keyboard help" title="Keyboard help (?)" onClick={onHelp} />
        </span>
      </div>
    </header>
  )
}

function WallClock() {
  return <Time at={useNow(1000)} withMs={false} />
}
