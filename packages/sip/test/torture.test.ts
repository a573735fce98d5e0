import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { HeaderId } from '../src/header-id.ts'
import { Method } from '../src/method.ts'
import { NameAddr, parseNameAddr } from '../src/name-addr.ts'
import { SipParseError } from '../src/parse-error.ts'
import { Scheme } from '../src/uri.ts'
import { TransportCode } from '../src/transport-code.ts'
import { SipMessage } from '../src/message.ts'
import { parse, parseInto } from './message-text.ts'
import { type TortureCase, tortureCases } from './torture.ts'

function find(name: string): TortureCase {
  const found = tortureCases.find((torture) => torture.file.endsWith(`/${name}.dat`))
  if (found === undefined) throw new Error(`no torture message ${name}`)
  return found
}

function message(name: string): SipMessage {
  return parse(find(name).octets)
}

function rejection(name: string): { readonly error: SipParseError; readonly message: SipMessage } {
  const target = new SipMessage()
  try {
    parseInto(target, find(name).octets)
  } catch (error) {
    if (error instanceof SipParseError) return { error, message: target }
    throw error
  }
  throw new Error(`${name} was accepted`)
}

describe('torture messages', () => {
  it('are all there, octet for octet', () => {
    expect(tortureCases).toHaveLength(61)
    for (const torture of tortureCases) {
      const sum = createHash('sha256').update(torture.octets).digest('hex')
      expect(sum.slice(0, torture.sha256.length), torture.file).toBe(torture.sha256)
    }
  })

  for (const torture of tortureCases) {
    it(`${torture.section} ${torture.title}: ${torture.verdict}`, () => {
      const target = new SipMessage()
      let error: unknown = null
      try {
        parseInto(target, torture.octets)
      } catch (thrown) {
        error = thrown
      }
      if (error !== null) expect(error).toBeInstanceOf(SipParseError)
      if (torture.verdict === 'accept') expect(error).toBeNull()
      if (torture.verdict === 'reject') expect(error).not.toBeNull()
      if (error !== null && torture.kind.startsWith('request')) expect(target.answerable).toBe(true)
      if (error === null) expect(target.isRequest).toBe(torture.kind.startsWith('request'))
    })
  }
})

describe('RFC 4475 3.1.1, what valid messages mean', () => {
  it('3.1.1.1 unfolds, trims and finds the top Via after a later one in the compact form', () => {
    const wsinv = message('wsinv')
    expect(wsinv.cseq).toBe(9)
    expect(wsinv.maxForwards).toBe(68)
    expect(wsinv.contentLength).toBe(150)
    expect(wsinv.header('subject')).toBe('')
    expect(wsinv.header('NewFangledHeader')).toBe('newfangled value continued newfangled value')
    expect(wsinv.header('UnknownHeaderWithUnusualValue')).toBe(';;,,;;,;')
    expect(wsinv.text(wsinv.via.hostStart, wsinv.via.hostEnd)).toBe('192.0.2.2')
    expect(wsinv.text(wsinv.via.branchStart, wsinv.via.branchEnd)).toBe('390skdjuw')
    expect(wsinv.via.hasCookie).toBe(false)
    expect(wsinv.via.nextStart).toBe(-1)
    expect(wsinv.next(wsinv.first(HeaderId.VIA))).not.toBe(-1)
    expect(wsinv.text(wsinv.to.tagStart, wsinv.to.tagEnd)).toBe('1918181833n')
    expect(wsinv.text(wsinv.from.displayStart, wsinv.from.displayEnd)).toBe(String.raw`"J Rosenberg \\\""`)
    expect(wsinv.text(wsinv.from.tagStart, wsinv.from.tagEnd)).toBe('98asjd8')
  })

  it('3.1.1.2 takes every token character in methods, header names, branches and tags', () => {
    const intmeth = message('intmeth')
    expect(intmeth.method).toBe(Method.OTHER)
    expect(intmeth.text(intmeth.methodStart, intmeth.methodEnd)).toBe("!interesting-Method0123456789_*+`.%indeed'~")
    expect(intmeth.text(intmeth.via.branchStart, intmeth.via.branchEnd)).toBe("z9hG4bK-.!%66*_+`'~")
    expect(intmeth.text(intmeth.from.tagStart, intmeth.from.tagEnd)).toBe("_token~1'+`*%!-.")
    expect(intmeth.text(intmeth.to.displayStart, intmeth.to.displayEnd)).toBe('"BEL:\\\u0007 NUL:\\\u0000 DEL:\\\u007f"')
    expect(intmeth.text(intmeth.uri.userStart, intmeth.uri.userEnd)).toBe("1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*")
  })

  it('3.1.1.5 does not take %-escaped letters for letters in methods and names', () => {
    const esc02 = message('esc02')
    expect(esc02.method).toBe(Method.OTHER)
    expect(esc02.header(HeaderId.CONTACT, 1)).not.toBeNull()
    expect(esc02.header(HeaderId.CONTACT, 2)).toBeNull()
    expect(esc02.header('C%6Fntact')).not.toBeNull()
  })

  it('3.1.1.7 reads long values', () => {
    const longreq = message('longreq')
    expect(longreq.end - longreq.start).toBeGreaterThan(3000)
    expect(longreq.from.tagEnd - longreq.from.tagStart).toBeGreaterThan(100)
  })

  it('3.1.1.8 ends a datagram at its Content-Length', () => {
    const dblreq = message('dblreq')
    expect(dblreq.method).toBe(Method.REGISTER)
    expect(dblreq.end).toBe(dblreq.bodyStart)
  })

  it('3.1.1.9 leaves semicolons in the user part of a URI', () => {
    const semiuri = message('semiuri')
    expect(semiuri.text(semiuri.uri.userStart, semiuri.uri.userEnd)).toBe('user;par=u%40example.net')
    expect(semiuri.uri.paramsStart).toBe(-1)
  })

  it('3.1.1.10 knows its transports and keeps the unknown ones', () => {
    const transports = message('transports')
    expect(transports.via.transport).toBe(TransportCode.UDP)
    expect(transports.header(HeaderId.VIA, 3)).toContain('UNKNOWN')
  })

  it('3.1.1.11 keeps NULs in bodies', () => {
    const mpart01 = message('mpart01')
    expect(mpart01.bytes.subarray(mpart01.bodyStart, mpart01.end)).toContain(0)
    expect(mpart01.end - mpart01.bodyStart).toBe(mpart01.contentLength)
  })

  it('3.1.1.13 takes an empty reason phrase', () => {
    const noreason = message('noreason')
    expect(noreason.status).toBe(100)
    expect(noreason.reasonStart).toBe(noreason.reasonEnd)
  })

  it('3.4.1 takes an INVITE of RFC 2543', () => {
    const inv2543 = message('inv2543')
    expect(inv2543.via.branchStart).toBe(-1)
    expect(inv2543.maxForwards).toBe(-1)
    expect(inv2543.contentLength).toBe(-1)
    expect(inv2543.from.tagStart).toBe(-1)
    expect(inv2543.end - inv2543.bodyStart).toBeGreaterThan(0)
  })
})

describe('RFC 4475 3.1.2, what is wrong with invalid messages', () => {
  const faults: readonly (readonly [name: string, rule: string, status: number])[] = [
    ['badinv01', 'generic-param', 400],
    ['clerr', 'Content-Length', 400],
    ['ncl', 'Content-Length', 400],
    ['scalar02', 'CSeq', 400],
    ['ltgtruri', 'absoluteURI', 400],
    ['lwsruri', 'Request-Line', 400],
    ['lwsstart', 'Request-Line', 400],
    ['trws', 'Request-Line', 400],
    ['escruri', 'Request-URI', 400],
    ['badvers', 'SIP-Version', 505],
    ['mismatch01', 'CSeq', 400],
    ['mismatch02', 'CSeq', 400],
    ['bigcode', 'Status-Line', 400],
    ['scalarlg', 'CSeq', 400],
    ['insuf', 'From', 400],
    ['multi01', 'From', 400],
    ['mcl01', 'Content-Length', 400],
    ['ipv6-bad', 'hostport', 400],
  ]
  for (const [name, rule, status] of faults) {
    it(`${name}: ${rule}`, () => {
      const { error } = rejection(name)
      expect([error.rule, error.status]).toEqual([rule, status])
    })
  }

  it('3.1.2.14 reads a message with spaces within addr-spec, not the value', () => {
    expect(() => message('badaspec').to).toThrow(SipParseError)
  })

  it('3.1.2.15 does not take a comma for a part of a display name', () => {
    expect(() => message('baddn').from).toThrow(SipParseError)
  })

  it('3.2.1 takes a branch of the bare cookie for none', () => {
    expect(message('badbranch').via.hasCookie).toBe(false)
  })
})

describe('values the proxy asks for later', () => {
  it('3.3.2 any scheme is a Request-URI', () => {
    expect(message('unkscm').uri.scheme).toBe(Scheme.OTHER)
    expect(message('novelsc').uri.scheme).toBe(Scheme.OTHER)
  })

  it('3.1.2.13 a question mark outside brackets is no part of a Contact', () => {
    const regbadct = message('regbadct')
    const line = regbadct.first(HeaderId.CONTACT)
    const read = (): void => parseNameAddr(new NameAddr(), regbadct.bytes, regbadct.valueStart[line], regbadct.valueEnd[line])
    expect(read).toThrow(SipParseError)
  })

  it('3.3.12 and 3.3.13 parameters belong to the Contact without brackets, to the URI within them', () => {
    for (const [name, inUri] of [
      ['cparam01', false],
      ['cparam02', true],
    ] as const) {
      const register = message(name)
      const line = register.first(HeaderId.CONTACT)
      const contact = new NameAddr()
      parseNameAddr(contact, register.bytes, register.valueStart[line], register.valueEnd[line])
      expect(register.text(contact.uriStart, contact.uriEnd).includes('unknownparam')).toBe(inUri)
      expect(register.text(contact.paramsStart, contact.paramsEnd).includes('unknownparam')).toBe(!inUri)
    }
  })

  it('RFC 5118 4.3 and 4.4 tell a port from the last part of an address', () => {
    expect(message('port-ambiguous').uri.port).toBe(0)
    const unambiguous = message('port-unambiguous')
    expect(unambiguous.uri.port).toBe(5070)
    expect(unambiguous.text(unambiguous.uri.hostStart, unambiguous.uri.hostEnd)).toBe('[2001:db8::10]')
  })

  it('RFC 5118 4.5 received may come with and without brackets', () => {
    const bracketed = message('via-received-param-with-delim')
    expect(bracketed.text(bracketed.via.receivedStart, bracketed.via.receivedEnd)).toBe('[2001:db8::9:255]')
    const bare = message('via-received-param-no-delim')
    expect(bare.text(bare.via.receivedStart, bare.via.receivedEnd)).toBe('2001:db8::9:255')
  })
})
