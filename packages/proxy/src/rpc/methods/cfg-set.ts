import type { MethodName } from '@signalbox/contract'
import { ControlFault } from '../../control/control-fault.ts'
import type { RuntimeSettings } from '../../control/runtime-settings.ts'
import type { SettingValue } from '../../control/settings-group.ts'
import { textParameter } from '../parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

type SetterName = Extract<MethodName, 'cfg.seti' | 'cfg.sets' | `cfg.set${'' | `_${string}`}`>
type ReadValue = (value: unknown) => SettingValue

/** `cfg.set` and its names that say the type, at once or with the next `cfg.commit` (control-reference 2.1). */
export function cfgSet(settings: RuntimeSettings): readonly RpcMethod[] {
  const now = (name: SetterName, read: ReadValue) =>
    rpcMethod(name, async ([group, variable, value]) => {
      await settings.set(textParameter(group, 'group'), textParameter(variable, 'name'), read(value))
      return {}
    })
  const delayed = (name: SetterName, read: ReadValue) =>
    rpcMethod(name, ([group, variable, value]) => {
      settings.delay(textParameter(group, 'group'), textParameter(variable, 'name'), read(value))
      return {}
    })
  return [
    now('cfg.set', anyValue),
    now('cfg.seti', wholeValue),
    now('cfg.set_now_int', wholeValue),
    now('cfg.sets', textValue),
    now('cfg.set_now_string', textValue),
    delayed('cfg.set_delayed', anyValue),
    delayed('cfg.set_delayed_int', wholeValue),
    delayed('cfg.set_delayed_string', textValue),
  ]
}

function anyValue(value: unknown): SettingValue {
  if (typeof value === 'number' || typeof value === 'string') return value
  throw new ControlFault({ code: 400, message: 'Parameter value must be a number or a text' })
}

function wholeValue(value: unknown): number {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isInteger(number)) return number
  throw new ControlFault({ code: 400, message: 'Parameter value must be a whole number' })
}

/** Tools send texts of digits as numbers. */
function textValue(value: unknown): string {
  return String(anyValue(value))
}
