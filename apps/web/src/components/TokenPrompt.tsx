import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useConsole } from '../api/console.ts'
import { tokenStore } from '../api/token.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'

/** The server answered 401: nothing works without a token, so nothing else can be reached. */
export function TokenPrompt() {
  const { live } = useConsole()
  const queryClient = useQueryClient()
  const refused = tokenStore.get() !== null
  const [token, setToken] = useState('')
  return (
    <Dialog title="This server wants an access token" onClose={() => undefined}>
      <form
        className="flex flex-col gap-3 px-5 pb-5"
        onSubmit={(event) => {
          event.preventDefault()
          tokenStore.set(token.trim())
          live.retryNow()
          void queryClient.invalidateQueries()
        }}
      >
        <p className="text-muted">
          It was started on an address other than this machine. The token is in its terminal output and in its configuration. It is kept for
          this tab only.
        </p>
        <label className="flex flex-col gap-1">
          <span className="label">Token</span>
          <input
            type="password"
            autoComplete="off"
            value={token}
            onChange={(event) => setToken(event.target.value)}
            className="h-8 rounded-md border border-line bg-bg px-2.5 font-mono"
          />
        </label>
        {refused && <p className="text-bad">The server refused the last token.</p>}
        <Button type="submit" tone="accent" disabled={token.trim() === ''} className="self-start">
          Connect
        </Button>
      </form>
    </Dialog>
  )
}
