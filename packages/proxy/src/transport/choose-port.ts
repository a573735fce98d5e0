import { openDgramPort } from './dgram-port.ts'
import type { DatagramPortKind, OpenDatagramPort } from './datagram-port.ts'
import { openLibc } from './ffi-libc.ts'
import { openFfiPort } from './ffi-port.ts'

export type DatagramPortChoice = 'auto' | 'ffi' | 'dgram'

export interface ChosenPort {
  readonly kind: DatagramPortKind
  readonly open: OpenDatagramPort
}

/** `auto` is ffi where it works and dgram elsewhere. Throws when ffi is asked for by name and this system has none. */
export function choosePort(choice: DatagramPortChoice): ChosenPort {
  const libc = choice === 'dgram' ? null : openLibc()
  if (libc !== null)
    return { kind: 'ffi', open: (options, dependencies) => new Promise((done) => done(openFfiPort(libc, options, dependencies))) }
  if (choice === 'ffi') throw new Error('The datagram port ffi needs Linux on x64 or arm64 and a Node with node:ffi; use auto or dgram.')
  return { kind: 'dgram', open: openDgramPort }
}
