import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { pause } from './child.ts'
import { Port } from './ports.ts'

const ADDRESS = '127.0.0.1'
const PATIENCE = 20_000

/** Resolves when nobody has the ports of the proxy any more; the process before may still be closing them. */
export async function freePorts(): Promise<void> {
  const deadline = performance.now() + PATIENCE
  // Each look depends on time having passed since the last one.
  // oxlint-disable-next-line no-await-in-loop
  while (!(await areFree())) {
    if (performance.now() > deadline) throw new Error(`port ${Port.PROXY} or ${Port.HTTP} of ${ADDRESS} is taken by another process`)
    // oxlint-disable-next-line no-await-in-loop
    await pause(100)
  }
}

async function areFree(): Promise<boolean> {
  const free = await Promise.all([isFreeForDatagrams(Port.PROXY), isFreeForStreams(Port.PROXY), isFreeForStreams(Port.HTTP)])
  return free.every((one) => one)
}

async function isFreeForDatagrams(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  try {
    socket.bind(port, ADDRESS)
    await once(socket, 'listening')
    return true
  } catch {
    return false
  } finally {
    socket.close()
  }
}

async function isFreeForStreams(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, ADDRESS)
    await once(server, 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}
