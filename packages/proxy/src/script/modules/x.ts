import type { KsrEnvironment } from '../ksr-environment.ts'
import { ksrModule, type KsrModule } from '../ksr-module.ts'
import type { NativeFunctions } from './native-functions.ts'

/** KSR.x: the end of the script, and functions by name (script-reference 3.1). */
export function createX(env: KsrEnvironment, modules: Readonly<Record<string, KsrModule>>, natives: NativeFunctions): KsrModule {
  return ksrModule('x', {
    exit(): never {
      return env.scope.exit()
    },
    drop(): never {
      env.current().dropped = true
      return env.scope.exit()
    },
    /** Calls a function of any module by the name that it has in the native script. -1 when no module has it. */
    modf(name: string, ...args: readonly string[]): unknown {
      const native = natives.get(name)
      if (native !== undefined) return native(args)
      for (const module of Object.values(modules)) {
        if (Object.hasOwn(module, name)) return Reflect.apply(module[name], module, args)
      }
      return -1
    },
  })
}
