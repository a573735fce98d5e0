import { ControlFault } from '../control/control-fault.ts'

function refuse(name: string, wanted: string): never {
  throw new ControlFault({ code: 400, message: `Parameter ${name} must be ${wanted}` })
}

/** A whole number from `least` to `most`; digits in a string count too, because kamctl sends `s:` arguments so. */
export function wholeNumber(value: unknown, name: string, most = Number.MAX_SAFE_INTEGER, least = 0): number {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number) || number < least || number > most)
    refuse(name, `a whole number from ${least} to ${most}`)
  return number
}

export function textParameter(value: unknown, name: string): string {
  return typeof value === 'string' && value !== '' ? value : refuse(name, 'a text')
}
