import type { FaultDefinition } from '@signalbox/contract'

/** A call that was refused; code and text go to the caller of the RPC method as they are. */
export class ControlFault extends Error {
  readonly code: number

  constructor(fault: FaultDefinition) {
    super(fault.message)
    this.name = 'ControlFault'
    this.code = fault.code
  }
}
