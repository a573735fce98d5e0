import { TOKEN_RULE } from '@signalbox/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useConsole } from '../api/console.ts'
import { tokenIn } from '../api/token-in.ts'
import { tokenStore } from '../api/token.ts'
import { Button } from '../ui/Button.tsx'
import { cx } from '../ui/cx.ts'
import { Dialog } from '../ui/Dialog.tsx'

/** The server answered 401: nothing works without a token, so nothing else can be reached. */
export function TokenPrompt() {
  const { live } = useConsole()
  const queryClient = useQueryClient()
  const refused = tokenStore.get() !== null
  const [text, setText] = useState('')
  const [misfit, setMisfit] = useState(false)
  const complaint = misfit
    ? `This is no token: one has ${TOKEN_RULE}`
    : refused && text === ''
      ? 'The server refused the last token.'
      : null
  return (
    <Dialog title="This server wants an access token" onClose={() => undefined}>
      <form
        className="flex flex-col gap-3 px-5 pb-5"
        onSubmit={(event) => {
          event.preventDefault()
          const token = tokenIn(text)
          setMisfit(token === null)
          if (token === null) return
          tokenStore.set(token)
          live.retryNow()
          void queryClient.invalidateQueries()
        }}
      >
        <p className="text-muted">
          It was started on an address that others reach. The link it printed has the token; so has the file{' '}
          <span className="font-mono text-text">token</span> in its data folder, unless SIGNALBOX_TOKEN gave another. This tab keeps it
          until it is closed.
        </p>
        <label className="flex flex-col gap-1">
          <span className="label">Token, or the whole link</span>
          <input
            type="password"
            autoComplete="off"
            value={text}
            onChange={(event) => {
              setText(event.target.value)
              setMisfit(false)
            }}
            aria-invalid={complaint !== null}
            aria-describedby="token-complaint"
            className={cx('h-8 rounded-md border bg-bg px-2.5 font-mono', complaint === null ? 'border-line' : 'border-bad')}
          />
        </label>
        <p id="token-complaint" role="status" className="text-bad empty:hidden">
          {complaint}
        </p>
        <Button type="submit" tone="accent" disabled={text.trim() === ''} className="self-start">
          Connect
        </Button>
      </form>
    </Dialog>
  )
}
