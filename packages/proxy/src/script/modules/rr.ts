import { looseRoute } from '../../forward/loose-route.ts'
import { addRecordRouteParams, isDownstream, recordRoute } from '../../forward/record-route.ts'
import { textArgument, type KsrEnvironment } from '../ksr-environment.ts'
import { ksrModule, type KsrModule } from '../ksr-module.ts'
import { patternOf } from '../pattern.ts'

/** KSR.rr: Record-Route and Route (RFC 3261 16.4, 16.6, 16.12). */
export function createRr(env: KsrEnvironment): KsrModule {
  const { transport } = env.services
  const hasToTag = (): boolean => env.current().message.to.tagStart !== -1
  const follow = (): number => looseRoute(env.current(), transport)
  return ksrModule('rr', {
    record_route(): number {
      recordRoute(env.current())
      return 1
    },
    record_route_params(params: string): number {
      const m = env.current()
      recordRoute(m)
      addRecordRouteParams(m, textArgument(params, 'rr.record_route_params'))
      return 1
    },
    /** A Record-Route that the script writes itself: one value, or those of both sides of a change of transport. */
    record_route_preset_one: (uri: string) => preset(env, [textArgument(uri, 'rr.record_route_preset_one')]),
    record_route_preset: (uri: string, second: string) =>
      preset(env, [
        textArgument(uri, 'rr.record_route_preset'),
        ...(second === '' ? [] : [textArgument(second, 'rr.record_route_preset')]),
      ]),
    remove_record_route(): number {
      env.current().recordRoute = false
      return 1
    },
    loose_route: follow,
    /** Only for requests without a To tag: a Route that the phone was configured with. */
    loose_route_preloaded: () => (hasToTag() ? -1 : follow()),
    /** Mode 1: only within dialogs; 0: as loose_route. */
    loose_route_mode: (mode: number) => (mode === 1 && !hasToTag() ? -1 : follow()),
    add_rr_param(params: string): number {
      addRecordRouteParams(env.current(), textArgument(params, 'rr.add_rr_param'))
      return 1
    },
    /** Matches a regular expression against the parameters of our own Route value. */
    check_route_param: (pattern: string) =>
      patternOf(textArgument(pattern, 'rr.check_route_param')).test(env.current().routeParams) ? 1 : -1,
    /** `upstream`: from the called side to the calling one; `downstream` the other way round. */
    is_direction(direction: string): number {
      const m = env.current()
      if (m.routeParams === '') return -1
      return isDownstream(m) === (direction === 'downstream') ? 1 : -1
    },
  })
}

function preset(env: KsrEnvironment, uris: readonly string[]): number {
  const m = env.current()
  const { tagStart, tagEnd } = m.message.from
  const tag = tagStart === -1 ? '' : `;ftag=${m.message.text(tagStart, tagEnd)}`
  const double = uris.length > 1 ? ';r2=on' : ''
  for (const uri of uris) m.edits.insert(m.message.lineStart[0], `Record-Route: <sip:${uri};lr${double}${tag}>\r\n`)
  return 1
}
