import { Type, type Static } from 'typebox'
import { method, optional, recordOf, required, type Method, type Parameter } from './method-definition.ts'
import { Nothing } from './tm-methods.ts'

const Value = Type.Union([Type.Integer(), Type.String()])

/** Result of `cfg.get`: one value, or all of a group by their names. */
export const CfgValues = Type.Union([Value, recordOf(Value)])
export type CfgValues = Static<typeof CfgValues>

/** A change of `cfg.diff` that waits for `cfg.commit`. */
export const CfgChange = Type.Object({
  'group name': Type.String(),
  'group id': Type.Optional(Type.Integer({ minimum: 0, description: 'Number of the instance; absent for the group itself' })),
  'variable name': Type.String(),
  'old value': Value,
  'new value': Value,
})
export type CfgChange = Static<typeof CfgChange>

const group = required('group', Type.String(), 'tm or core, or an instance: tm[1]; cfg.list tells what is in them')
const instance = required('group', Type.String(), 'An instance of a group: tm[1]')
const name = required('name', Type.String(), 'A variable of the group')
const value = required('value', Value, 'New value; numbers may come as text')
const number = required('value', Type.Integer(), 'New value')
const text = required('value', Value, 'New value')

type SetParams<V> = [group: string, name: string, value: V]

function setter<V extends string | number>(method_: string, parameter: Parameter, help: string, example: SetParams<V>) {
  const definition: Method<SetParams<V>, Static<typeof Nothing>> = method<SetParams<V>>()(method_, {
    parameters: [group, name, parameter],
    result: Nothing,
    help,
    readOnly: false,
    example: { params: example, result: {} },
  })
  return definition
}

const now = 'Sets a variable at once in every SIP thread. 400 names what is allowed.'
const later = 'Notes a new value that cfg.commit sets together with all the others. 400 names what is allowed.'
const reasonPhrase = 'one moment please'

/** cfg.*: variables that can be read, and set while running (control-reference 2.1). */
export const cfgMethods = {
  'cfg.list': method<[group?: string]>()('cfg.list', {
    parameters: [optional('group', Type.String(), 'Only this group')],
    result: Type.Array(Type.String()),
    help: 'All variables, a line each: group: variable.',
    readOnly: true,
    example: { params: ['core'], result: ['core: debug'] },
  }),
  'cfg.get': method<[group: string, name?: string]>()('cfg.get', {
    parameters: [group, optional('name', Type.String(), 'Only this variable')],
    result: CfgValues,
    help: 'One variable, or all of a group.',
    readOnly: true,
    example: { params: ['tm', 'fr_timer'], result: 30_000 },
  }),
  'cfg.help': method<[group: string, name: string]>()('cfg.help', {
    parameters: [group, name],
    result: Type.Array(Type.String()),
    help: 'What a variable means, its range and unit, and its type.',
    readOnly: true,
    example: {
      params: ['tm', 'retr_timer1'],
      result: [
        'first retransmission interval over UDP (T1)',
        '0 to 65535 ms, default 500, can be set while running',
        '(parameter type is integer)',
      ],
    },
  }),
  'cfg.set': setter('cfg.set', value, now, ['tm', 'fr_timer', 5000]),
  'cfg.seti': setter('cfg.seti', number, now, ['tm', 'fr_timer', 5000]),
  'cfg.sets': setter<string | number>('cfg.sets', text, now, ['tm', 'auto_inv_100_reason', reasonPhrase]),
  'cfg.set_now_int': setter('cfg.set_now_int', number, now, ['core', 'debug', 3]),
  'cfg.set_now_string': setter<string | number>('cfg.set_now_string', text, now, ['tm', 'auto_inv_100_reason', reasonPhrase]),
  'cfg.set_delayed': setter('cfg.set_delayed', value, later, ['tm', 'wt_timer', 8000]),
  'cfg.set_delayed_int': setter('cfg.set_delayed_int', number, later, ['tm', 'wt_timer', 8000]),
  'cfg.set_delayed_string': setter<string | number>('cfg.set_delayed_string', text, later, ['tm', 'ac_extra_hdrs', 'X-']),
  'cfg.commit': method<[]>()('cfg.commit', {
    result: Nothing,
    help: 'Sets everything that was noted by cfg.set_delayed.',
    readOnly: false,
    example: { params: [], result: {} },
  }),
  'cfg.rollback': method<[]>()('cfg.rollback', {
    result: Nothing,
    help: 'Forgets everything that was noted by cfg.set_delayed.',
    readOnly: false,
    example: { params: [], result: {} },
  }),
  'cfg.diff': method<[]>()('cfg.diff', {
    result: Type.Array(CfgChange),
    help: 'What cfg.commit would change.',
    readOnly: true,
    example: {
      params: [],
      result: [{ 'group name': 'tm', 'variable name': 'wt_timer', 'old value': 5000, 'new value': 8000 }],
    },
  }),
  'cfg.reset': method<[group: string]>()('cfg.reset', {
    parameters: [group],
    result: Nothing,
    help: 'Sets all variables of a group to what they were at the start.',
    readOnly: false,
    example: { params: ['tm'], result: {} },
  }),
  'cfg.del': method<[group: string, name: string]>()('cfg.del', {
    parameters: [instance, name],
    result: Nothing,
    help: 'Takes away the value that an instance has of its own: that of the group holds. 400 Wrong group syntax. Use "group[id]".',
    readOnly: false,
    example: { params: ['tm[1]', 'fr_timer'], result: {} },
  }),
  'cfg.del_delayed': method<[group: string, name: string]>()('cfg.del_delayed', {
    parameters: [instance, name],
    result: Nothing,
    help: 'The same with the next cfg.commit.',
    readOnly: false,
    example: { params: ['tm[1]', 'fr_timer'], result: {} },
  }),
  'cfg.add_group_inst': method<[group: string]>()('cfg.add_group_inst', {
    parameters: [instance],
    result: Nothing,
    help: 'Makes an instance of a group, whose variables cfg.set can set; scripts select it for a message with cfg_select.',
    readOnly: false,
    example: { params: ['tm[1]'], result: {} },
  }),
  'cfg.del_group_inst': method<[group: string]>()('cfg.del_group_inst', {
    parameters: [instance],
    result: Nothing,
    help: 'Removes an instance of a group. 400 Failed to delete the group instance.',
    readOnly: false,
    example: { params: ['tm[1]'], result: {} },
  }),
} as const
