const TICK_MS = 1000

let opened = false

/** Runs one step of the installation and shows it on one line of standard error, with the time it took. */
export async function step(name, work) {
  if (!opened) {
    opened = true
    process.stderr.write('Signalbox: preparing this folder. Later starts skip this.\n')
  }
  const started = Date.now()
  const elapsed = () => `${((Date.now() - started) / 1000).toFixed(1)} s`
  const terminal = Boolean(process.stderr.isTTY)
  process.stderr.write(`  ${name} ...`)
  const ticker = setInterval(() => process.stderr.write(terminal ? `\r  ${name} ... ${elapsed()}` : '.'), TICK_MS)
  try {
    const result = await work()
    process.stderr.write(terminal ? `\r  ${name} ... ${elapsed()}\n` : ` ${elapsed()}\n`)
    return result
  } catch (error) {
    process.stderr.write(terminal ? `\r  ${name} ... failed after ${elapsed()}\n` : ` failed after ${elapsed()}\n`)
    throw error
  } finally {
    clearInterval(ticker)
  }
}
