import { KsrEnvironment, type ScriptState } from './ksr-environment.ts'
import type { KsrModule, KsrObject } from './ksr-module.ts'
import { createCore } from './modules/core.ts'
import { createCorex } from './modules/corex.ts'
import { createHdr } from './modules/hdr.ts'
import { createKx } from './modules/kx.ts'
import { createMaxfwd } from './modules/maxfwd.ts'
import { nativeFunctions } from './modules/native-functions.ts'
import { createNathelper } from './modules/nathelper.ts'
import { createPv } from './modules/pv.ts'
import { createPvx } from './modules/pvx.ts'
import { createRegistrar } from './modules/registrar.ts'
import { createRr } from './modules/rr.ts'
import { createSanity } from './modules/sanity.ts'
import { createSignalbox } from './modules/signalbox.ts'
import { createSiputils } from './modules/siputils.ts'
import { createSl } from './modules/sl.ts'
import { createTextops } from './modules/textops.ts'
import { createTm } from './modules/tm.ts'
import { createTmx } from './modules/tmx.ts'
import { createX } from './modules/x.ts'
import { createXlog } from './modules/xlog.ts'
import { PvCompiler } from './pv/pv-compiler.ts'
import type { ScriptServices } from './script-services.ts'

/** Made once per engine; every version of the script gets the same one. */
export function createKsr(services: ScriptServices, state: ScriptState): KsrObject {
  const env = new KsrEnvironment(services, state)
  const variables = new PvCompiler(env)
  const modules: Readonly<Record<string, KsrModule>> = {
    corex: createCorex(env),
    hdr: createHdr(env),
    kx: createKx(env),
    maxfwd: createMaxfwd(env),
    nathelper: createNathelper(env),
    pv: createPv(env, variables),
    pvx: createPvx(env, variables),
    registrar: createRegistrar(env),
    rr: createRr(env),
    sanity: createSanity(env),
    signalbox: createSignalbox(env),
    siputils: createSiputils(env),
    sl: createSl(env),
    textops: createTextops(env),
    tm: createTm(env, variables),
    tmx: createTmx(env),
    xlog: createXlog(env, variables),
  }
  return Object.freeze({ ...createCore(env), ...modules, x: createX(env, modules, nativeFunctions(env, variables)) })
}
