// A part that does what its environment tells it: the launcher's tests drive real processes without an engine.
import { appendFileSync } from 'node:fs'
import { basename } from 'node:path'

const name = basename(process.argv[1], '.ts')
const settings = JSON.parse(process.env['FAKE_PARTS'] ?? '{}') as Record<string, { readonly start?: string; readonly log: string }>
const { start = 'serve', log } = settings[name]

function tell(what: string): void {
  appendFileSync(log, `${name} ${what}\n`)
}

function end(code: number): never {
  tell(`ends ${code}`)
  process.exit(code)
}

tell(`starts ${process.pid} ${JSON.stringify(process.argv.slice(2))} token=${process.env['SIGNALBOX_TOKEN'] ?? ''}`)
process.on('SIGTERM', () => end(0))
process.on('disconnect', () => end(0))
process.on('SIGUSR2', () => end(9))
// Stays until it is told to end.
setInterval(() => undefined, 60_000)

if (start === 'fail') process.send?.({ type: 'failed', message: `${name} cannot serve`, exitCode: 3 }, () => end(3))
else if (start === 'exit') end(4)
else if (start === 'serve') process.send?.({ type: 'ready', listeners: ['udp:0.0.0.0:5060', 'tcp:127.0.0.1:5060'] })
