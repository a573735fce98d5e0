import { ControlFault } from '../control/control-fault.ts'

export type UacMode = 'start' | 'wait' | 'block'

/** How a request of our own is sent and answered. */
export interface UacAttributes {
  readonly mode: UacMode
  readonly noAck: boolean
  /** The body is written as hexadecimal digits. */
  readonly hex: boolean
  /** 0: the parameter's value, ms. */
  readonly frTimer: number
  readonly frInvTimer: number
}

/** `mode=wait;cbflags=noack;rpflags=1;fr_timeout=5000;fr_inv_timeout=9000`, each optional (tm-reference 12). Faults 400. */
export function parseUacAttributes(text: unknown): UacAttributes {
  if (typeof text !== 'string') refuse('Parameter attributes must be a text like mode=wait;cbflags=noack')
  let attributes: UacAttributes = { mode: 'start', noAck: false, hex: false, frTimer: 0, frInvTimer: 0 }
  for (const item of text.split(';')) {
    const [name, value = ''] = item.split('=', 2).map((part) => part.trim())
    if (name !== '') attributes = { ...attributes, ...attribute(name, value) }
  }
  return attributes
}

function attribute(name: string, value: string): Partial<UacAttributes> {
  switch (name) {
    case 'mode':
      return value === 'start' || value === 'wait' || value === 'block' ? { mode: value } : refuse('mode must be start, wait or block')
    case 'cbflags':
      return value === 'noack' ? { noAck: true } : refuse('cbflags must be noack')
    case 'rpflags':
      return value === '0' || value === '1' ? { hex: value === '1' } : refuse('rpflags must be 0 or 1')
    case 'fr_timeout':
      return { frTimer: milliseconds(name, value) }
    case 'fr_inv_timeout':
      return { frInvTimer: milliseconds(name, value) }
    default:
      return refuse(`There is no attribute ${name}: mode, cbflags, rpflags, fr_timeout and fr_inv_timeout are`)
  }
}

function milliseconds(name: string, value: string): number {
  return /^\d{1,9}$/.test(value) ? Number(value) : refuse(`${name} must be a number of milliseconds`)
}

function refuse(message: string): never {
  throw new ControlFault({ code: 400, message })
}
