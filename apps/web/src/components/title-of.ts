import { PLACES } from './places.ts'

/** Title of the page at a path as the router gives it: decoded, but for `%25`. */
export function titleOf(path: string): string {
  if (path.startsWith('/tx/')) return `Transaction ${path.slice(4).replaceAll('%25', '%')}`
  const place = PLACES.find(({ link }) => (link.to === '/' ? path === '/' : path.startsWith(link.to)))
  return place?.label ?? 'Signalbox'
}
