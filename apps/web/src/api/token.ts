const KEY = 'signalbox.token'

/** The access token lives as long as the tab: it never goes into a URL or onto disk. */
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
} as const
