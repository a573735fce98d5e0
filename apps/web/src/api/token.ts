import { tokenIn } from './token-in.ts'

const KEY = 'signalbox.token'

/** The access token lives as long as the tab: it never stays in a URL and never goes onto disk. */
export const tokenStore = {
  get: (): string | null => {
    try {
      return sessionStorage.getItem(KEY)
    } catch {
      return null
    }
  },
  set: (token: string): void => {
    try {
      sessionStorage.setItem(KEY, token)
    } catch {
      // Storage is blocked: the token is asked for again at the next page load.
    }
  },
  /** Takes the token of the link that the launcher prints, and the link out of the address bar and the history. */
  takeFromAddress: (): boolean => {
    const token = tokenIn(location.hash)
    if (token === null) return false
    tokenStore.set(token)
    history.replaceState(history.state, '', location.pathname + location.search)
    return true
  },
} as const
