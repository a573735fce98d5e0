import type { EngineEvent } from '@signalbox/contract'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { Radio } from 'lucide-react'
import { useCallback, useMemo } from 'react'
import { useConsole, useEvents } from '../api/console.ts'
import { FilterBox } from '../components/FilterBox.tsx'
import { PauseButton } from '../components/PauseButton.tsx'
import { RecordingButton } from '../components/RecordingButton.tsx'
import { useHeld } from '../components/use-held.ts'
import { useStale } from '../components/use-stale.ts'
import { formatCount } from '../format/number.ts'
import { pathBuilder } from '../path-builder.ts'
import { EVENTS_KEPT } from '../stores/events-store.ts'
import { Button } from '../ui/Button.tsx'
import { cx } from '../ui/cx.ts'
import { Notice } from '../ui/Notice.tsx'
import { EventsTable } from './EventsTable.tsx'
import { KIND_GROUP_NAMES, KIND_GROUPS, kindTest, parseKinds, summariseEvent, type KindGroup } from './event-summary.ts'

const route = getRouteApi('/events')

/** Everything the engine tells, as it tells it. */
export function EventsPage() {
  const search = route.useSearch()
  const navigate = useNavigate()
  const held = useHeld(useEvents())
  const live = useConsole().events.getSnapshot()
  const stale = useStale()
  const snapshot = held.shown
  const groups = useMemo(() => parseKinds(search.k), [search.k])
  const events = useMemo(() => select(snapshot.events, groups, search.f ?? ''), [snapshot, groups, search.f])
  const setFilter = useCallback(
    (f: string) => void navigate({ ...pathBuilder.events({ ...search, f: f === '' ? undefined : f }), replace: true }),
    [navigate, search],
  )
  const toggle = (group: KindGroup): void => {
    const all = groups.size === KIND_GROUP_NAMES.length
    // From "all", the first press shows only that group: that is what a person looks for.
    const next = all ? [group] : KIND_GROUP_NAMES.filter((name) => groups.has(name) !== (name === group))
    const k = next.length === 0 || next.length === KIND_GROUP_NAMES.length ? undefined : next.join(',')
    void navigate({ ...pathBuilder.events({ ...search, k }), replace: true })
  }
  return (
    <>
      <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line px-3 py-2 md:px-4">
        <FilterBox label="Filter events" placeholder="Text, key, address, kind …" value={search.f ?? ''} onChange={setFilter} />
        <span className="text-xs text-muted max-sm:order-1 max-sm:w-full" role="status">
          {countText(events.length, snapshot.events.length)}
        </span>
        <RecordingButton />
        <PauseButton paused={held.paused} unseen={live.received - snapshot.received} onToggle={held.toggle} />
        <div className="flex w-full gap-1 overflow-x-auto max-sm:order-2" role="group" aria-label="Kinds">
          {KIND_GROUP_NAMES.map((group) => (
            <Button
              key={group}
              pressed={groups.size < KIND_GROUP_NAMES.length && groups.has(group)}
              className="h-6!"
              onClick={() => toggle(group)}
            >
              {KIND_GROUPS[group].label}
            </Button>
          ))}
          {search.k !== undefined && (
            <Link {...pathBuilder.events({ ...search, k: undefined })} className="px-2 text-xs leading-6 text-accent hover:underline">
              All
            </Link>
          )}
        </div>
      </div>
      {snapshot.skipped > 0 && (
        <p role="status" className="shrink-0 border-b border-warn bg-warn-soft px-4 py-1 text-xs text-warn">
          This tab skipped {formatCount(snapshot.skipped)} events: more came than it can take. The engine lost none for it.
        </p>
      )}
      <div className={cx('flex min-h-0 flex-1 flex-col', stale && 'stale')}>
        {events.length > 0 ? (
          <EventsTable events={events} paused={held.paused} onHold={held.hold} onRelease={held.release} />
        ) : (
          <Notice icon={<Radio size={28} strokeWidth={1.6} />} title={snapshot.events.length === 0 ? 'No events yet' : 'No event matches'}>
            <p>
              {snapshot.events.length === 0
                ? 'The engine tells about each message, state and timer. Send it a request and they appear here.'
                : `None of the last ${formatCount(snapshot.events.length)} events matches. The page keeps ${formatCount(EVENTS_KEPT)}.`}
            </p>
            {snapshot.events.length > 0 && (
              <Link {...pathBuilder.events()} className="text-accent underline">
                Show all
              </Link>
            )}
          </Notice>
        )}
      </div>
    </>
  )
}

/** The page begins empty and keeps the newest events only: it says of which ones it counts. */
function countText(shown: number, kept: number): string {
  const filtered = shown === kept ? '' : `${formatCount(shown)} of `
  return kept < EVENTS_KEPT ? `${filtered}${formatCount(kept)} since this page was opened` : `${filtered}the newest ${formatCount(kept)}`
}

function select(events: readonly EngineEvent[], groups: ReadonlySet<KindGroup>, filter: string): readonly EngineEvent[] {
  const wanted = kindTest(groups)
  const needle = filter.trim().toLowerCase()
  return events.filter((event) => wanted(event.kind) && (needle === '' || haystack(event).includes(needle)))
}

function haystack(event: EngineEvent): string {
  const { text, remote } = summariseEvent(event)
  const key = event.tx === null ? '' : `${event.tx.index}:${event.tx.label}`
  return `${event.kind} ${text} ${remote} ${key}`.toLowerCase()
}
