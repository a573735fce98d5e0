import type { RoutedMessage } from '../../forward/routed-message.ts'
import type { WrittenRequest } from '../../tm/request-lines.ts'
import { parseTwAppend, type AppendedLines } from '../../tm/tw-append.ts'
import { textArgument, type KsrEnvironment, type MessageFunction } from '../ksr-environment.ts'
import type { PvCompiler } from '../pv/pv-compiler.ts'

/**
 * t_write_req and t_write_unix (tm-reference 8.2): `info` is `action` or `action/name` with a name of tw_append, `to` a path.
 * Kamailio takes the two the other way round; what begins with a slash is the path.
 */
export function writing(env: KsrEnvironment, variables: PvCompiler): Readonly<Record<string, MessageFunction>> {
  const { tm, log, params } = env.services
  const appended = parseTwAppend(params.tw_append) ?? new Map<string, AppendedLines>()

  const written = (info: string): WrittenRequest | null => {
    const slash = info.indexOf('/')
    const action = slash < 0 ? info : info.slice(0, slash)
    const name = slash < 0 ? '' : info.slice(slash + 1)
    if (slash < 0) return action === '' ? null : { action, lines: [], withBody: false }
    const found = appended.get(name)
    if (action === '' || found === undefined) return null
    const lines = found.lines.flatMap(({ label, variable }) => {
      const value = variables.reference(variable).get()
      return value === null ? [] : [`${label}: ${String(value).replaceAll(/\s*[\r\n]+\s*/g, ' ')}`]
    })
    return { action, lines, withBody: found.withBody }
  }

  const write =
    (name: string, kind: 'file' | 'socket'): MessageFunction =>
    (m: RoutedMessage, first: string, second: string): number => {
      const [info, path] = inOrder(textArgument(first, name), textArgument(second, name))
      const request = written(info)
      if (request === null) log.error(`KSR.${name}: '${info}' is neither an action nor an action, a slash and a name of tw_append`)
      if (request === null || path === '') return -1
      return tm.writeRequest(m, kind === 'file' ? { file: path } : { socket: path }, request)
    }
  return { t_write_req: write('tm.t_write_req', 'file'), t_write_unix: write('tm.t_write_unix', 'socket') }
}

function inOrder(first: string, second: string): readonly [info: string, path: string] {
  return first.startsWith('/') && !second.startsWith('/') ? [second, first] : [first, second]
}
