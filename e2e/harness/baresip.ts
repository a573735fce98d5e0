import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startChild } from './child.ts'
import { freePort } from './free-port.ts'
import { toolPath } from './need.ts'
import { waitUntil } from './wait-until.ts'

export interface Baresip {
  readonly output: () => string
  /** Waits until it printed something that fits. */
  readonly printed: (pattern: RegExp, timeoutMs?: number) => Promise<string>
  readonly stop: () => Promise<void>
}

export interface BaresipOptions {
  readonly user: string
  readonly proxyPort: number
  readonly transport?: 'udp' | 'tcp'
  readonly answer: 'auto' | 'manual'
  /** Commands run at start, for example /dial. */
  readonly execute?: readonly string[]
}

const RATE = 8000
const SECONDS = 5

/** A mono PCM tone of a few seconds, as the sound that is sent: a headless machine has no microphone. */
function wave(): Buffer {
  const samples = RATE * SECONDS
  const file = Buffer.alloc(44 + samples * 2)
  file.write('RIFF', 0)
  file.writeUInt32LE(36 + samples * 2, 4)
  file.write('WAVEfmt ', 8)
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(RATE, 24)
  file.writeUInt32LE(RATE * 2, 28)
  file.writeUInt16LE(2, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36)
  file.writeUInt32LE(samples * 2, 40)
  for (let at = 0; at < samples; at += 1) file.writeInt16LE(Math.round(8000 * Math.sin((at * 440 * 2 * Math.PI) / RATE)), 44 + at * 2)
  return file
}

/** baresip without sound hardware: reads a file, plays into the bridge device. */
export async function startBaresip(options: BaresipOptions): Promise<Baresip> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-baresip-'))
  const sound = join(folder, 'tone.wav')
  const port = await freePort()
  const config = [
    'module_path /usr/lib/baresip/modules',
    ...['stdio', 'g711', 'aufile', 'aubridge'].map((name) => `module ${name}.so`),
    ...['account', 'contact', 'menu'].map((name) => `module_app ${name}.so`),
    `sip_listen 127.0.0.1:${port}`,
    'rtp_ports 30000-31000',
    `audio_source aufile,${sound}`,
    'audio_player aubridge,sink',
    'audio_alert aubridge,sink',
    'ausrc_srate 8000',
    'auplay_srate 8000',
  ]
  const uri = `sip:${options.user}@127.0.0.1:${options.proxyPort}${options.transport === 'tcp' ? ';transport=tcp' : ''}`
  await writeFile(sound, wave())
  await writeFile(join(folder, 'config'), `${config.join('\n')}\n`)
  await writeFile(join(folder, 'accounts'), `<${uri}>;auth_pass=none;regint=60;answermode=${options.answer}\n`)
  await writeFile(join(folder, 'contacts'), '')
  const commands = (options.execute ?? []).flatMap((command) => ['-e', command])
  const child = startChild(toolPath('baresip'), ['-f', folder, '-t', '30', ...commands], { cwd: folder })
  const plain = (): string => child.output().replace(/\x1b\[[0-9;]*[A-Za-z]/g, '')
  return {
    output: plain,
    printed: async (pattern, timeoutMs = 10_000) => {
      try {
        return await waitUntil(String(pattern), () => pattern.exec(plain())?.[0], timeoutMs)
      } catch (problem) {
        throw new Error(`baresip of ${options.user} printed:\n${plain()}`, { cause: problem })
      }
    },
    stop: async () => {
      await child.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
