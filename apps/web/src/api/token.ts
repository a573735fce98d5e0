import { tokenIn } from './token-in.ts'

const KEY = 'signalbox.token'

/** Where the browser blocks the storage of the tab: good until the next page load. */
let held: string | null = null

/** The access token lives as long as the tab: it never stays in a URL and never goes onto disk. */
export const tokenStore = {
  /** Null also for a stored text that cannot be one: the server is then asked without, and the prompt comes. */
  get: (): string | null => {
    try {
      return tokenIn(sessionStorage.getItem(KEY) ?? '')
    } catch {
      return held
    }
  },
  set: (token: string): void => {
    try {
      sessionStorage.setItem(KEY, token)
    } catch {
      held = token
    }
  },
  /** Takes the token of the link that the launcher prints, and the link out of the address bar and the history. */
  takeFromAddress: (): boolean => {
    if (!location.hash.startsWith('#token=')) return false
    const token = tokenIn(location.hash)
    history.replaceState(history.state, '', location.pathname + location.search)
    if (token !== null) tokenStore.set(token)
    return token !== null
  },
} as const
