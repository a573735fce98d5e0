import { rawToText } from '@signalbox/contract'
import { ChevronDown, ChevronUp, X } from 'lucide-react'
import { CopyButton } from '../components/CopyButton.tsx'
import { SipMessage } from '../components/SipMessage.tsx'
import { Time } from '../components/Time.tsx'
import type { MessageEvent } from '../ladder/message-summary.ts'
import type { WhyReply } from '../ladder/why-reply.ts'
import { Button } from '../ui/Button.tsx'
import { WhyReplyFacts } from './WhyReplyFacts.tsx'

interface MessagePaneProps {
  readonly event: MessageEvent
  readonly messages: readonly MessageEvent[]
  /** Of a final reply to the caller: how it was chosen. */
  readonly why: WhyReply | null
  readonly onPick: (seq: number) => void
  readonly onClose: () => void
}

/** The pinned message, whole. */
export function MessagePane({ event, messages, why, onPick, onClose }: MessagePaneProps) {
  const at = messages.indexOf(event)
  const text = rawToText(event.data.raw)
  const before = messages[at - 1]
  const after = messages[at + 1]
  return (
    <aside
      aria-label="Message"
      className="flex max-h-[46%] min-h-0 shrink-0 flex-col border-t border-line bg-panel lg:max-h-none lg:w-[400px] lg:border-t-0 lg:border-l xl:w-[440px]"
    >
      <header className="flex h-9 shrink-0 items-center gap-1 border-b border-line pr-1.5 pl-3">
        <h2 className="text-xs font-semibold">
          Message {at + 1} of {messages.length}
        </h2>
        <span className="ml-auto flex">
          <Button
            tone="quiet"
            icon={<ChevronUp size={15} />}
            aria-label="Message before"
            disabled={before === undefined}
            onClick={() => before !== undefined && onPick(before.seq)}
          />
          <Button
            tone="quiet"
            icon={<ChevronDown size={15} />}
            aria-label="Next message"
            disabled={after === undefined}
            onClick={() => after !== undefined && onPick(after.seq)}
          />
          <CopyButton small label="Copy the message" text={() => text} />
          <Button tone="quiet" icon={<X size={15} />} aria-label="Close the message" title="Close (Esc)" onClick={onClose} />
        </span>
      </header>
      <MessageFacts event={event} size={event.data.raw.length} />
      {why !== null && <WhyReplyFacts why={why} />}
      <div className="min-h-0 flex-1 overflow-auto">
        <SipMessage text={text} />
      </div>
    </aside>
  )
}

/** Where a message went, when, and how big it was. */
export function MessageFacts({ event, size }: { readonly event: MessageEvent; readonly size: number }) {
  const { direction, transport, local, remote } = event.data
  return (
    <p className="flex shrink-0 flex-wrap gap-x-3 border-b border-line px-3 py-1.5 text-2xs text-muted">
      <Time at={event.tWall} />
      <span className="font-mono">{direction === 'in' ? `${remote} → ${local}` : `${local} → ${remote}`}</span>
      <span>{transport}</span>
      <span>{size} bytes</span>
      {event.kind === 'retransmit' && <span className="text-warn">retransmission</span>}
    </p>
  )
}
