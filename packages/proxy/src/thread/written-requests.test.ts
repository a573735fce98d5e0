import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openUnixDatagrams } from './unix-datagram.ts'
import { WrittenRequests } from './written-requests.ts'

let folder: string
let errors: string[]
let output: WrittenRequests

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'written-'))
  errors = []
  output = new WrittenRequests((failure) => void errors.push(failure))
})

afterEach(() => rmSync(folder, { recursive: true }))

function fifo(): string {
  const path = join(folder, 'fifo')
  expect(spawnSync('sh', ['-c', `mkfifo ${path}`]).status).toBe(0)
  return path
}

describe('t_write_req, tm-reference 8.2', () => {
  it('writes to a FIFO that somebody reads', async () => {
    const path = fifo()
    const reader = spawn('cat', [path])
    let read = ''
    reader.stdout.on('data', (data) => (read += String(data)))
    await expect.poll(() => output.toFile(path, 'one request\n')).toBe(true)
    await once(reader, 'close')
    expect(read).toBe('one request\n')
  })

  it('does not wait for a FIFO that nobody reads', () => {
    expect(output.toFile(fifo(), 'lost')).toBe(false)
    expect(errors[0]).toMatch(/fifo: ENXIO/)
  })

  it('refuses what does not fit into a FIFO whose reader is behind, instead of waiting', async () => {
    const path = fifo()
    const reader = spawn('sh', ['-c', `exec 3<${path}; exec sleep 60`])
    await expect.poll(() => output.toFile(path, 'x')).toBe(true)
    expect(output.toFile(path, 'x'.repeat(1_000_000))).toBe(false)
    expect(errors.at(-1)).toMatch(/octets fitted in|EAGAIN/)
    reader.kill()
    await once(reader, 'close')
  })

  it('appends to a file that exists, and makes none', async () => {
    const path = join(folder, 'file')
    expect(output.toFile(path, 'lost')).toBe(false)
    writeFileSync(path, 'first\n')
    expect(output.toFile(path, 'second\n')).toBe(true)
    await expect.poll(() => readFileSync(path, 'utf8')).toBe('first\nsecond\n')
  })
})

const READER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1]); print('ready', flush=True)
sys.stdin.readline()
for i in range(int(sys.argv[2])): sys.stdout.write(s.recv(65535).decode()); sys.stdout.flush()
`

describe.skipIf(openUnixDatagrams() === null || spawnSync('python3', ['-V']).status !== 0)('t_write_unix, tm-reference 8.2', () => {
  /** A reader that begins to read `count` datagrams when its stdin gets a line. */
  async function reader(count: number) {
    const path = join(folder, 'socket')
    const child = spawn('python3', ['-c', READER, path, String(count)])
    let text = ''
    child.stdout.on('data', (data) => (text += String(data)))
    await expect.poll(() => text).toBe('ready\n')
    return { path, begin: () => void child.stdin.write('\n'), end: once(child, 'close').then(() => text.slice(6)) }
  }

  it('sends one datagram', async () => {
    const { path, begin, end } = await reader(1)
    expect(output.toSocket(path, 'one request\n', 500)).toBe(true)
    begin()
    expect(await end).toBe('one request\n')
  })

  it('says at once that nobody listens', () => {
    expect(output.toSocket(join(folder, 'none'), 'lost', 500)).toBe(false)
    expect(errors[0]).toMatch(/ENOENT/)
    expect(output.toSocket(`/${'x'.repeat(200)}`, 'lost', 500)).toBe(false)
    expect(errors[1]).toContain('at most 107 octets')
  })

  it('tries again for unix_tx_timeout when the reader is behind, tm-reference 2.1', async () => {
    const { path, begin, end } = await reader(600)
    let sent = 0
    while (sent < 600 && output.toSocket(path, `${sent % 10}`, 0)) sent++
    expect(sent).toBeLessThan(600)
    expect(errors.at(-1)).toContain('its reader is behind')
    errors = []
    for (; sent < 600; sent++) expect(output.toSocket(path, `${sent % 10}`, 5000)).toBe(true)
    begin()
    expect((await end).length).toBe(600)
    expect(errors).toEqual([])
  })

  it('and gives up then', async () => {
    const { path, begin, end } = await reader(1)
    for (let i = 0; i < 600 && output.toSocket(path, 'x', 0); i++);
    errors = []
    expect(output.toSocket(path, 'late', 30)).toBe(true)
    await expect.poll(() => errors.length).toBe(1)
    begin()
    await end
  })
})
