import type { KsrEnvironment } from '../ksr-environment.ts'
import { ksrModule, type KsrModule } from '../ksr-module.ts'

/** KSR.x: the end of the script, and functions by name (script-reference 3.1). */
export function createX(env: KsrEnvironment, modules: Readonly<Record<string, KsrModule>>): KsrModule {
  return ksrModule('x', {
    exit(): never {
      return env.scope.exit()
    },
    drop(): never {
      env.current().dropped = true
      return env.scope.exit()
    },
    /** Calls a function of any module by its own name. -1 when no module has it. */
    modf(name: string, ...args: readonly string[]): unknown {
      for (const module of Object.values(modules)) {
        if (Object.hasOwn(module, name)) return Reflect.apply(module[name], module, args)
      }
      return -1
    },
  })
}
