import { getSystemErrorName } from 'node:util'

export function errorName(errno: number): string {
  return errno > 0 ? getSystemErrorName(-errno) : 'EIO'
}

/** The error of a failed call as node would throw it. */
export function systemError(call: string, errno: number): NodeJS.ErrnoException {
  const code = errorName(errno)
  return Object.assign(new Error(`${call} ${code}`), { errno: -errno, code, syscall: call })
}
