import { ByteWriter } from '@signalbox/sip'
import { describe, expect, it } from 'vitest'
import { BranchIds } from '../tm/branch-id.ts'
import { ownerOf } from './owner-of.ts'
import { runFilter } from './run-filter.fixture.ts'
import { steeringProgram } from './steering-program.ts'

const NOBODY = 0xffff_ffff
const encoder = new TextEncoder()

function request(callId: string, before = 'Via: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bKx'): Uint8Array {
  return encoder.encode(
    `INVITE sip:bob@b SIP/2.0\r\n${before}\r\n${callId}\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n${' '.repeat(900)}`,
  )
}

function branch(worker: number, index: number): string {
  const out = new ByteWriter(100)
  new BranchIds(worker, () => 0.5).write(out, { index, label: 99, slot: 7 }, 2)
  return Buffer.from(out.bytes.subarray(0, out.at)).toString('latin1')
}

function reply(via: string): Uint8Array {
  return encoder.encode(`SIP/2.0 180 Ringing\r\nVia: SIP/2.0/UDP 10.0.0.1:5060;${via}\r\nCall-ID: abc\r\n\r\n${' '.repeat(300)}`)
}

function bothSay(workers: number, packet: Uint8Array): number {
  const told = runFilter(steeringProgram(workers), packet)
  expect(told).toBe(ownerOf(packet, 0, packet.length, workers))
  return told
}

describe('the program that steers datagrams', () => {
  it.each([2, 3, 8, 255])('names the same of %i threads as the threads themselves, for every Call-ID', (workers) => {
    const named = new Set<number>()
    for (let i = 0; i < 300; i++) named.add(bothSay(workers, request(`Call-ID: ${i.toString(36).repeat(1 + (i % 26))}@10.0.0.${i}`)))
    expect(named.size).toBeGreaterThan(Math.min(workers, 100) - 1)
  })

  it('finds the Call-ID wherever it begins, with a space after the colon or without', () => {
    for (let length = 0; length < 60; length++) {
      for (const callId of ['Call-ID: a84b4c76e66710@pc33', 'Call-ID:a84b4c76e66710@pc33'])
        expect(bothSay(255, request(callId, `X: ${'x'.repeat(length * 10 + (length % 4))}`))).toBe(bothSay(255, request(callId)))
    }
  })

  it('names the thread in our Via branch for a reply, whatever the length of its parts', () => {
    for (let worker = 0; worker < 255; worker++) {
      for (const index of [1, 0x1f, 0x1ff, 0xffff]) expect(bothSay(255, reply(`rport;branch=${branch(worker, index)}`))).toBe(worker)
    }
  })

  it('leaves to the kernel and the threads what it does not know', () => {
    const program = steeringProgram(4)
    expect(runFilter(program, request('i: abc'))).toBe(NOBODY)
    expect(runFilter(program, request('CALL-ID: abc'))).toBe(NOBODY)
    expect(runFilter(program, request(`Call-ID: ${'x'.repeat(100)}`))).toBe(NOBODY)
    expect(runFilter(program, request('Call-ID: abc', `X: ${'x'.repeat(1000)}`))).toBe(NOBODY)
    expect(runFilter(program, reply('branch=none'))).toBe(NOBODY)
    expect(runFilter(program, reply(`branch=z9hG4bK${'x'.repeat(40)}`))).toBe(NOBODY)
    // Keepalives and other fragments end the program: the first thread has them.
    expect(runFilter(program, encoder.encode('\r\n\r\n'))).toBe(0)
  })

  it('fits into the kernel: 4,096 instructions', () => {
    expect(steeringProgram(255).byteLength / 8).toBeLessThanOrEqual(4096)
  })
})
