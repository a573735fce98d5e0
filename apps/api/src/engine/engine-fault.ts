import type { Fault } from '@signalbox/contract'

/** The engine answered, and the answer is no. */
export class EngineFault extends Error {
  readonly fault: Fault

  constructor(fault: Fault) {
    super(fault.message)
    this.name = 'EngineFault'
    this.fault = fault
  }
}
