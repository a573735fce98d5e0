import { rawToText, type EngineEvent, type TransactionRow } from '@signalbox/contract'
import { CopyButton } from '../components/CopyButton.tsx'
import { SipMessage } from '../components/SipMessage.tsx'
import { isMessage, summarise } from '../ladder/message-summary.ts'
import { MessageFacts } from './MessagePane.tsx'

/** All messages, whole, in sequence order. */
export function MessagesTab({ events, row }: { readonly events: readonly EngineEvent[]; readonly row: TransactionRow | null }) {
  const messages = events.filter(isMessage)
  return (
    <>
      <div className="flex shrink-0 items-center border-b border-line px-3 py-1.5 md:px-4">
        <span className="text-xs text-muted">{messages.length} messages in the order the engine saw them</span>
        <span className="ml-auto">
          <CopyButton label="Copy all" text={() => messages.map((event) => rawToText(event.data.raw)).join('\n\n')} />
        </span>
      </div>
      <div className="min-h-0 flex-1 overflow-auto p-3 md:p-4" tabIndex={0} role="region" aria-label="Messages">
        <div className="mx-auto flex max-w-4xl flex-col gap-2">
          {messages.map((event) => {
            const { label } = summarise(event, row?.method ?? '')
            const text = rawToText(event.data.raw)
            const side = event.branch === null ? 'caller' : `branch ${event.branch}`
            return (
              <details key={event.seq} open={event.kind !== 'retransmit'} className="rounded-lg border border-line bg-panel">
                <summary className="flex h-8 cursor-pointer items-center gap-3 px-3 text-xs">
                  <span className="w-24 shrink-0 text-muted">{event.data.direction === 'in' ? `from ${side}` : `to ${side}`}</span>
                  <span className="min-w-0 truncate font-mono font-medium">{label}</span>
                  {event.kind === 'retransmit' && <span className="ml-auto text-warn">again</span>}
                </summary>
                <div className="border-t border-line">
                  <MessageFacts event={event} size={event.data.raw.length} />
                  <SipMessage text={text} />
                </div>
              </details>
            )
          })}
        </div>
      </div>
    </>
  )
}
