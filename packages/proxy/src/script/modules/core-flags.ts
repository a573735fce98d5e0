import { numberArgument, type KsrEnvironment } from '../ksr-environment.ts'
import type { KsrModule } from '../ksr-module.ts'
import type { RoutedMessage } from '../../forward/routed-message.ts'

type FlagField = 'flags' | 'scriptFlags' | 'branchFlags'

/** Flags 0 to 31 of the message, of its branches and of the script run. */
export function coreFlags(env: KsrEnvironment): KsrModule {
  const bit = (flag: number): number => {
    const number = numberArgument(flag, 'setflag')
    return number >= 0 && number < 32 ? 1 << number : 0
  }
  const set = (field: FlagField) => (flag: number) => change(env.current(), field, bit(flag), true)
  const reset = (field: FlagField) => (flag: number) => change(env.current(), field, bit(flag), false)
  const isSet = (field: FlagField) => (flag: number) => (env.current()[field] & bit(flag)) !== 0
  /** Branch 0 is the Request-URI, the others are the appended targets. */
  const setBranch = (on: boolean) => (flag: number, branch: number) =>
    changeBranch(env.current(), bit(flag), numberArgument(branch, 'setbiflag'), on)
  return {
    setflag: set('flags'),
    resetflag: reset('flags'),
    isflagset: isSet('flags'),
    setsflag: set('scriptFlags'),
    resetsflag: reset('scriptFlags'),
    issflagset: isSet('scriptFlags'),
    setbflag: set('branchFlags'),
    resetbflag: reset('branchFlags'),
    isbflagset: isSet('branchFlags'),
    setbiflag: setBranch(true),
    resetbiflag: setBranch(false),
    isbiflagset(flag: number, branch: number): boolean {
      const m = env.current()
      const flags = branch === 0 ? m.branchFlags : (m.targets[branch - 1]?.flags ?? 0)
      return (flags & bit(flag)) !== 0
    },
  }
}

function change(m: RoutedMessage, field: FlagField, bit: number, on: boolean): boolean {
  if (bit === 0) return false
  m[field] = (on ? m[field] | bit : m[field] & ~bit) >>> 0
  return true
}

function changeBranch(m: RoutedMessage, bit: number, branch: number, on: boolean): boolean {
  if (branch === 0) return change(m, 'branchFlags', bit, on)
  const target = m.targets[branch - 1]
  if (target === undefined || bit === 0) return false
  m.targets[branch - 1] = { ...target, flags: (on ? target.flags | bit : target.flags & ~bit) >>> 0 }
  return true
}
