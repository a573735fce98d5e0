import { useQuery } from '@tanstack/react-query'
import { useConsole } from '../api/console.ts'
import { queries } from '../api/queries.ts'
import { CopyButton } from '../components/CopyButton.tsx'
import { Button } from '../ui/Button.tsx'

const DEFAULT_LISTENER = 'udp:127.0.0.1:5060'

/** How to get traffic into the proxy in one minute. */
export function SippHint({ open, onToggle }: { readonly open: boolean; readonly onToggle: () => void }) {
  const { client } = useConsole()
  const listeners = useQuery(queries.info(client)).data?.listeners ?? [DEFAULT_LISTENER]
  const address = (listeners.find((listener) => listener.startsWith('udp:')) ?? DEFAULT_LISTENER).slice(4)
  const commands = [
    `sipp -sn uas -i 127.0.0.1 -p 5090`,
    `npm start -- --gateway sip:127.0.0.1:5090`,
    `sipp -sn uac -i 127.0.0.1 -p 5070 -r 5 ${address}`,
  ]
  return (
    <div className="flex w-full flex-col gap-2 text-left">
      <p className="text-center">
        Send one request: <code className="font-mono text-text">sipsak -s sip:{address}</code>
      </p>
      <Button className="self-center" aria-expanded={open} onClick={onToggle}>
        Calls with sipp
      </Button>
      {open && (
        <div className="rounded-lg border border-line bg-panel p-3">
          <ol className="flex flex-col gap-2">
            {commands.map((command, i) => (
              <li key={command} className="flex items-center gap-2">
                <span className="text-xs text-muted">{['answers', 'proxy', 'calls'][i]}</span>
                <code className="min-w-0 flex-1 overflow-x-auto font-mono text-xs whitespace-nowrap text-text" tabIndex={0}>
                  {command}
                </code>
                <CopyButton small label={`Copy the ${['answering', 'proxy', 'calling'][i]} command`} text={() => command} />
              </li>
            ))}
          </ol>
        </div>
      )}
    </div>
  )
}
