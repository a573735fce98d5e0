import type { KsrEnvironment } from '../ksr-environment.ts'
import { ksrModule, type KsrModule } from '../ksr-module.ts'

/** KSR.signalbox: what this engine adds to the functions known from Kamailio. */
export function createSignalbox(env: KsrEnvironment): KsrModule {
  const gateways = Object.freeze([...env.services.gateways])
  return ksrModule('signalbox', {
    /** The URIs given with --gateway, in their order. */
    gateways: () => gateways,
  })
}
