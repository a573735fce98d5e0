/** What went wrong, with what to do; shown without a stack. */
export class BootstrapError extends Error {
  /** `output`: what the failed command printed; its tail is shown. */
  constructor(message, output = '') {
    super(message)
    this.output = output
  }
}

const SHOWN_LINES = 25

/** Ends the process with the error on standard error. */
export function tell(error) {
  if (!(error instanceof BootstrapError)) {
    console.error(error)
  } else {
    const tail = error.output.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n')
    if (tail !== '') process.stderr.write(`${tail.replaceAll(/^/gm, '    ')}\n`)
    process.stderr.write(`signalbox: ${error.message}\n`)
  }
  process.exitCode = 1
}
