/** Milliseconds until the next line may come: where file descriptors are used up, every connection that somebody tries fails. */
const QUIET = 10_000

interface ErrorLog {
  error(line: string): void
}

/** With the name that the system has for it, EMFILE for example. */
interface SystemError extends Error {
  readonly code?: string
}

/** Tells the operator that connections could not be accepted: at once, then seldom and with how many were not told. `now` in ms. */
export function acceptFailureLog(log: ErrorLog, now: () => number): (error: SystemError) => void {
  let quietUntil = -Infinity
  let untold = 0
  return (error) => {
    const time = now()
    if (time < quietUntil) {
      untold++
      return
    }
    quietUntil = time + QUIET
    log.error(`could not accept a connection${untold === 0 ? '' : ` (and ${untold} before it)`}: ${error.message}.${adviceOn(error)}`)
    untold = 0
  }
}

function adviceOn({ code }: SystemError): string {
  if (code === 'EMFILE') return ' Allow the process more open files (ulimit -n, LimitNOFILE= of its unit).'
  return code === 'ENFILE' ? ' Allow the system more open files (sysctl fs.file-max).' : ''
}
