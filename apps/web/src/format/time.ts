export type Zone = 'local' | 'utc'

const pad = (value: number, width = 2): string => String(value).padStart(width, '0')

/** `14:03:07.123`, without milliseconds on request. */
export function formatClock(unixMs: number, zone: Zone, withMs = true): string {
  const date = new Date(unixMs)
  const utc = zone === 'utc'
  const hours = utc ? date.getUTCHours() : date.getHours()
  const minutes = utc ? date.getUTCMinutes() : date.getMinutes()
  const seconds = utc ? date.getUTCSeconds() : date.getSeconds()
  const clock = `${pad(hours)}:${pad(minutes)}:${pad(seconds)}`
  return withMs ? `${clock}.${pad(date.getUTCMilliseconds(), 3)}` : clock
}

/** `2026-11-22 14:03:07.123 UTC`: the tooltip behind every short time. */
export function formatStamp(unixMs: number, zone: Zone): string {
  const date = new Date(unixMs)
  const utc = zone === 'utc'
  const day = utc
    ? `${date.getUTCFullYear()}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`
    : `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
  return `${day} ${formatClock(unixMs, zone)} ${utc ? 'UTC' : 'local'}`
}

/** Time between two events: `+0.012`, `+31.502`, `+2:05.0`. */
export function formatOffset(ms: number): string {
  if (ms < 60_000) return `+${(ms / 1000).toFixed(3)}`
  const minutes = Math.floor(ms / 60_000)
  return `+${minutes}:${((ms - minutes * 60_000) / 1000).toFixed(1).padStart(4, '0')}`
}

/** A length of time in its natural unit: `<1 ms`, `312 ms`, `3.2 s`, `2 min 5 s`, `3 h 12 min`, `4 d 2 h`. */
export function formatDuration(ms: number): string {
  if (ms < 1) return '<1 ms'
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.floor(ms / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`
}
