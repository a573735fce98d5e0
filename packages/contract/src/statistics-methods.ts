import { Type, type Static } from 'typebox'
import { method, recordOf, required, type Parameter } from './method-definition.ts'

const group = required('group', Type.String(), 'A group of cnt.grps_list')
const which: Parameter = {
  ...required('name', Type.String(), 'all, group: with its colon, or one name; several are allowed'),
  repeated: true,
}

/** Keys of `sl.stats` in the order in which they are printed (control-reference 2.2). */
export const slStatsKeys = [
  ...['200', '202', '2xx', '300', '301', '302', '3xx', '400', '401', '403'],
  ...['404', '407', '408', '483', '4xx', '500', '5xx', '6xx', 'xxx'],
] as const

const SlStats = recordOf(Type.Integer({ minimum: 0 }), 'Stateless replies by code; the class without those told apart')
const exampleSl = { '200': 3, '2xx': 0, '404': 1, '4xx': 0, xxx: 0 }

const Numbers = recordOf(Type.Integer())
const Texts = recordOf(Type.String())
export type Statistics = Static<typeof Numbers>

/** stats.*, cnt.* and sl.stats: the counters under Kamailio's names (control-reference 2.2). */
export const statisticsMethods = {
  'stats.get_statistics': method<[name: string, ...more: string[]]>()('stats.get_statistics', {
    parameters: [which],
    result: Type.Array(Type.String()),
    help: 'Statistics, a line each: group:name = value.',
    readOnly: true,
    example: { params: ['tmx:'], result: ['tmx:UAS_transactions = 3', 'tmx:inuse_transactions = 1'] },
  }),
  'stats.fetch': method<[name: string, ...more: string[]]>()('stats.fetch', {
    parameters: [which],
    result: Texts,
    help: 'Statistics as texts by group.name.',
    readOnly: true,
    example: { params: ['usrloc:'], result: { 'usrloc.registered_users': '2' } },
  }),
  'stats.fetchn': method<[name: string, ...more: string[]]>()('stats.fetchn', {
    parameters: [which],
    result: Numbers,
    help: 'Statistics as numbers by group.name.',
    readOnly: true,
    example: { params: ['usrloc:'], result: { 'usrloc.registered_users': 2 } },
  }),
  'cnt.get': method<[group: string, name: string]>()('cnt.get', {
    parameters: [group, required('name', Type.String(), 'A counter of the group')],
    result: Type.Integer(),
    help: 'One counter.',
    readOnly: true,
    example: { params: ['tmx', 'inuse_transactions'], result: 1 },
  }),
  'cnt.grps_list': method<[]>()('cnt.grps_list', {
    result: Type.Array(Type.String()),
    help: 'Groups of counters.',
    readOnly: true,
    example: { params: [], result: ['core', 'registrar', 'sl', 'tmx', 'usrloc'] },
  }),
  'cnt.var_list': method<[group: string]>()('cnt.var_list', {
    parameters: [group],
    result: Type.Array(Type.String()),
    help: 'Counters of a group.',
    readOnly: true,
    example: { params: ['usrloc'], result: ['registered_users'] },
  }),
  'cnt.grp_get_all': method<[group: string]>()('cnt.grp_get_all', {
    parameters: [group],
    result: Numbers,
    help: 'All counters of a group by their names.',
    readOnly: true,
    example: { params: ['usrloc'], result: { registered_users: 2 } },
  }),
  'sl.stats': method<[]>()('sl.stats', {
    result: SlStats,
    help: 'Stateless replies by code.',
    readOnly: true,
    example: { params: [], result: exampleSl },
  }),
} as const
