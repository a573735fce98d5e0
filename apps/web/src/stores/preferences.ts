import { useSyncExternalStore } from 'react'
import type { Zone } from '../format/time.ts'

export type Theme = 'system' | 'light' | 'dark'

export interface Preferences {
  readonly theme: Theme
  readonly zone: Zone
}

const listeners = new Set<() => void>()
let current: Preferences = { theme: read('theme', ['light', 'dark']) ?? 'system', zone: read('zone', ['utc']) ?? 'local' }

function read<T extends string>(name: string, allowed: readonly T[]): T | null {
  try {
    const value = localStorage.getItem(`signalbox.${name}`)
    return allowed.find((one) => one === value) ?? null
  } catch {
    return null
  }
}

/** Theme and time zone belong to the person, not to the page, so they live in the browser and not in the URL. */
export function setPreference<K extends keyof Preferences>(name: K, value: Preferences[K]): void {
  current = { ...current, [name]: value }
  try {
    localStorage.setItem(`signalbox.${name}`, value)
  } catch {
    // Storage is blocked: the choice lasts until the page is closed.
  }
  applyTheme()
  for (const listener of listeners) listener()
}

function applyTheme(): void {
  if (current.theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = current.theme
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
  )
}
