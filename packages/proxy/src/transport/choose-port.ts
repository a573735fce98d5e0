import { openBatchPort } from './batch-port.ts'
import type { BatchSystem } from './batch-system.ts'
import type { DatagramPortKind, OpenDatagramPort } from './datagram-port.ts'
import { openDgramPort } from './dgram-port.ts'
import { openLibc } from './ffi-libc.ts'
import { FfiSystem } from './ffi-system.ts'
import { openNativeSystem } from './native-system.ts'

export type DatagramPortChoice = 'auto' | DatagramPortKind

export interface ChosenPort {
  readonly kind: DatagramPortKind
  readonly open: OpenDatagramPort
}

/** `auto` is the cheapest that works here: native where it has been built, else ffi, else dgram. Throws when a missing one is asked for by name. */
export function choosePort(choice: DatagramPortChoice): ChosenPort {
  if (choice === 'native' || choice === 'auto') {
    const native = openNativeSystem()
    if (native !== null) return batchPort(native)
    if (choice === 'native')
      throw new Error('The datagram port native has not been built for this system; run npm run native, or use auto.')
  }
  if (choice === 'ffi' || choice === 'auto') {
    const libc = openLibc()
    if (libc !== null) return batchPort(new FfiSystem(libc))
    if (choice === 'ffi') throw new Error('The datagram port ffi needs Linux on x64 or arm64 and a Node with node:ffi; use auto or dgram.')
  }
  return { kind: 'dgram', open: openDgramPort }
}

function batchPort(system: BatchSystem): ChosenPort {
  return {
    kind: system.kind,
    open: (options, dependencies) => new Promise((done) => done(openBatchPort(system, options, dependencies))),
  }
}
