import { EVENTS_PER_MESSAGE, TOPIC_RATE_HZ, type EngineEvent } from '@signalbox/contract'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { Radio, X } from 'lucide-react'
import { useCallback, useMemo } from 'react'
import { useConsole, useEvents } from '../api/console.ts'
import { FilterBox } from '../components/FilterBox.tsx'
import { PauseButton } from '../components/PauseButton.tsx'
import { RecordingButton } from '../components/RecordingButton.tsx'
import { Time } from '../components/Time.tsx'
import { SpokenCount } from '../components/SpokenCount.tsx'
import { useHeld } from '../components/use-held.ts'
import { useStale } from '../components/use-stale.ts'
import { formatCount } from '../format/number.ts'
import { pathBuilder } from '../path-builder.ts'
import { EVENTS_KEPT } from '../stores/events-store.ts'
import { Button } from '../ui/Button.tsx'
import { cx } from '../ui/cx.ts'
import { Notice } from '../ui/Notice.tsx'
import { EventsTable } from './EventsTable.tsx'
import { eventRows, isGap, missingText } from './event-rows.ts'
import { KIND_GROUP_NAMES, KIND_GROUPS, parseKinds, type KindGroup } from './event-summary.ts'

const route = getRouteApi('/events')

/** Everything the engine tells, as it tells it. */
export function EventsPage() {
  const search = route.useSearch()
  const navigate = useNavigate()
  const { events: store } = useConsole()
  const live = useEvents()
  const held = useHeld(store)
  const stale = useStale()
  const snapshot = held.shown
  const groups = useMemo(() => parseKinds(search.k), [search.k])
  const rows = useMemo(() => eventRows(snapshot.events, groups, search.f ?? ''), [snapshot, groups, search.f])
  const missing = missingText(live.missing, EVENTS_PER_MESSAGE * TOPIC_RATE_HZ)
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
        <SpokenCount className="text-xs text-muted max-sm:order-1 max-sm:w-full" cause={`${search.k ?? ''} ${search.f ?? ''}`}>
          <Count shown={rows.filter((row) => !isGap(row)).length} events={snapshot.events} />
        </SpokenCount>
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
      {missing !== null && (
        <div className="flex shrink-0 items-center gap-2 border-b border-warn bg-warn-soft py-0.5 pr-2 pl-4 text-xs text-warn">
          <p className="min-w-0 flex-1">{missing}</p>
          <Button tone="quiet" icon={<X size={14} />} aria-label="Dismiss" title="Dismiss" onClick={() => store.dismissMissing()} />
        </div>
      )}
      <div className={cx('flex min-h-0 flex-1 flex-col', stale && 'stale')}>
        {rows.length > 0 ? (
          <EventsTable rows={rows} paused={held.paused} onHold={held.hold} onRelease={held.release} place={store.place} />
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

/** How many of the kept ones match, and from when on they are. */
function Count({ shown, events }: { readonly shown: number; readonly events: readonly EngineEvent[] }) {
  if (events.length === 0) return null
  return (
    <>
      {shown < events.length && `${formatCount(shown)} of `}
      {formatCount(events.length)} since <Time at={events[0].tWall} withMs={false} />
    </>
  )
}
