import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '@signalbox/proxy/config/load-config.ts'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Launcher, type Serving } from './launcher.ts'

const scripts = join(import.meta.dirname, '../test')

interface Run {
  readonly launcher: Launcher
  readonly code: Promise<number>
  readonly serving: Promise<Serving>
  readonly said: string[]
}

let folder: string
let log: string
let running: Run[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-launcher-'))
  log = join(folder, 'log')
  writeFileSync(log, '')
  running = []
})

afterEach(async () => {
  for (const { launcher } of running) launcher.kill()
  await Promise.all(running.map((run) => run.code))
  rmSync(folder, { recursive: true, force: true })
  vi.unstubAllEnvs()
})

function launch(args: readonly string[], starts: Partial<Record<'engine' | 'api' | 'demo', string>> = {}): Run {
  const parts = Object.fromEntries((['engine', 'api', 'demo'] as const).map((name) => [name, { start: starts[name], log }]))
  vi.stubEnv('FAKE_PARTS', JSON.stringify(parts))
  const request = loadConfig([...args, '--data-dir', folder, '--shutdown-timeout', '500'])
  if (request.kind !== 'run') throw new Error('no run was asked for')
  const said: string[] = []
  const serving = Promise.withResolvers<Serving>()
  const launcher = new Launcher({
    config: request.config,
    args,
    scripts: { engine: join(scripts, 'engine.ts'), api: join(scripts, 'api.ts'), demo: join(scripts, 'demo.ts') },
    onServing: serving.resolve,
    say: (line) => said.push(line),
  })
  const run = { launcher, code: launcher.run(), serving: serving.promise, said }
  running.push(run)
  return run
}

/** The processes' own account, without process ids. */
function account(): readonly string[] {
  return readFileSync(log, 'utf8').trimEnd().split('\n')
}

function pidOf(name: string): number {
  const line = account().findLast((entry) => entry.startsWith(`${name} starts `))
  return Number(line?.split(' ')[2])
}

function verbs(): readonly string[] {
  return account().map((line) => line.split(' ').slice(0, 2).join(' '))
}

describe('starting', () => {
  it('goes engine, API, demo, each when the one before it serves', async () => {
    const { serving } = launch(['--demo'])
    expect(await serving).toEqual({
      listeners: ['udp:0.0.0.0:5060', 'tcp:127.0.0.1:5060'],
      url: 'http://127.0.0.1:8060',
      token: null,
      demo: true,
    })
    await vi.waitFor(() => expect(verbs()).toEqual(['engine starts', 'api starts', 'demo starts']))
    const [engine, api, demo] = account()
    expect(engine).toContain('["--demo","--http","none"] token=')
    expect(api).toContain(`["--engine-socket","${folder}/control.sock","--http","127.0.0.1:8060","--web-dist",`)
    expect(demo).toContain('["--proxy","udp:127.0.0.1:5060"]')
  })

  it('--engine-only starts the engine alone, which keeps its --http', async () => {
    const { serving } = launch(['--engine-only', '--http', '127.0.0.1:0'])
    await serving
    expect(verbs()).toEqual(['engine starts'])
    expect(account()[0]).toContain('["--engine-only","--http","127.0.0.1:0"]')
  })

  it('an engine that cannot serve: its sentence, its exit code, and nothing else is started', async () => {
    const { code, said } = launch([], { engine: 'fail' })
    expect(await code).toBe(3)
    expect(said).toEqual(['engine cannot serve'])
    expect(verbs()).toEqual(['engine starts', 'engine ends'])
  })

  it('an engine that ends at once has told why itself', async () => {
    const { code, said } = launch([], { engine: 'exit' })
    expect(await code).toBe(4)
    expect(said).toEqual([])
  })

  it('an API that cannot serve stops the engine', async () => {
    const { code, said } = launch([], { api: 'fail' })
    expect(await code).toBe(3)
    expect(said).toEqual(['api cannot serve'])
    expect(verbs().toSorted()).toEqual(['api ends', 'api starts', 'engine ends', 'engine starts'])
  })

  it('--http none needs --engine-only', async () => {
    const { code, said } = launch(['--http', 'none'])
    expect(await code).toBe(2)
    expect(said[0]).toContain('--engine-only')
  })
})

describe('supervision', () => {
  it('a killed API comes back, and the engine does not notice', async () => {
    const { serving, said } = launch([])
    await serving
    const engine = pidOf('engine')
    process.kill(pidOf('api'), 'SIGKILL')
    await vi.waitFor(() => expect(said).toContain('the API is back.'), 5000)
    expect(said[0]).toBe('the API was ended by SIGKILL; starting it again in 0.25 s.')
    expect(verbs()).toEqual(['engine starts', 'api starts', 'api starts'])
    expect(pidOf('engine')).toBe(engine)
  })

  it('a killed engine comes back', async () => {
    const { serving, said } = launch(['--engine-only'])
    await serving
    process.kill(pidOf('engine'), 'SIGKILL')
    await vi.waitFor(() => expect(said).toContain('the engine is back.'), 5000)
  })

  it('an engine that ends by itself takes everything with it, with its exit code', async () => {
    const { serving, code, said } = launch([])
    await serving
    process.kill(pidOf('engine'), 'SIGUSR2')
    expect(await code).toBe(9)
    expect(said).toEqual(['the engine ended with code 9; stopping everything else.'])
    expect(verbs().slice(2)).toEqual(['engine ends', 'api ends'])
  })

  it('a demo that ends is a warning', async () => {
    const { serving, said } = launch(['--demo'], { demo: 'exit' })
    await serving
    await vi.waitFor(() => expect(said).toEqual(['the demo ended with code 4; everything else goes on.']))
  })
})

describe('stopping', () => {
  it('ends API and demo before the engine, with code 0', async () => {
    const { launcher, serving, code, said } = launch(['--demo'])
    await serving
    await vi.waitFor(() => expect(verbs()).toHaveLength(3))
    launcher.stop()
    expect(await code).toBe(0)
    expect(verbs().slice(3).toSorted()).toEqual(['api ends', 'demo ends', 'engine ends'])
    expect(verbs().at(-1)).toBe('engine ends')
    expect(said).toEqual([])
  })

  it('works while the engine is still starting', async () => {
    const { launcher, code } = launch([], { engine: 'wait' })
    await vi.waitFor(() => expect(verbs()).toEqual(['engine starts']), 5000)
    launcher.stop()
    expect(await code).toBe(0)
    expect(verbs()).toEqual(['engine starts', 'engine ends'])
  })
})

describe('the token', () => {
  it.each(['proxy.localhost:8060', '[::ffff:127.0.0.1]:8060'])(
    'is made for %s, which the API counts as open to the network wherever it points',
    async (http) => {
      const { token } = await launch(['--http', http]).serving
      expect(token).toMatch(/^[\w-]{32}$/)
      expect(account()[1]).toContain(`token=${token}`)
    },
  )

  it('is made for an address that others reach, kept for its owner alone, and handed over by the environment', async () => {
    const { serving } = launch(['--http', '0.0.0.0:8060'])
    const { token, url } = await serving
    expect(url).toBe('http://0.0.0.0:8060')
    expect(token).toMatch(/^[\w-]{32}$/)
    expect(readFileSync(join(folder, 'token'), 'utf8')).toBe(`${token}\n`)
    expect(statSync(join(folder, 'token')).mode & 0o777).toBe(0o600)
    expect(account()[1]).toContain(`token=${token}`)
    expect(account()[1].split(' token=')[0]).not.toContain(String(token))
  })

  it('stays the same at the next start, and one of the operator goes first', async () => {
    writeFileSync(join(folder, 'token'), 'kept-from-the-last-start\n', { mode: 0o644 })
    const { launcher, serving, code } = launch(['--http', '[::]:8060'])
    expect((await serving).token).toBe('kept-from-the-last-start')
    expect(statSync(join(folder, 'token')).mode & 0o777).toBe(0o600)
    launcher.stop()
    await code
    vi.stubEnv('SIGNALBOX_TOKEN', 'the-one-of-the-operator')
    expect((await launch(['--http', '127.0.0.1:8060']).serving).token).toBe('the-one-of-the-operator')
  })

  it('too short is refused', async () => {
    vi.stubEnv('SIGNALBOX_TOKEN', 'short')
    const { code, said } = launch([])
    expect(await code).toBe(2)
    expect(said[0]).toContain('SIGNALBOX_TOKEN holds no usable token')
  })
})
