import type { SipMessage } from '@signalbox/sip'
import { numberArgument, textArgument, type KsrEnvironment } from '../ksr-environment.ts'
import { ksrModule, type KsrModule } from '../ksr-module.ts'
import { headerLines } from './header-lines.ts'

/** KSR.hdr: header lines of the message as received; what is appended here is seen by the next hop only. */
export function createHdr(env: KsrEnvironment): KsrModule {
  const value = (name: string, index: number, fallback: string | null): string | null => {
    const { message } = env.current()
    return headerAt(message, name, index) ?? fallback
  }
  const append = (text: string): number => {
    const m = env.current()
    m.edits.insert(m.message.headersEnd, completeLines(textArgument(text, 'hdr.append')))
    return 1
  }
  const insert = (text: string): number => {
    const m = env.current()
    m.edits.insert(m.message.lineStart[0], completeLines(textArgument(text, 'hdr.insert')))
    return 1
  }
  const remove = (name: string): number => {
    const m = env.current()
    for (const line of headerLines(m.message, textArgument(name, 'hdr.remove')))
      m.edits.remove(m.message.lineStart[line], m.message.lineEnd[line])
    return 1
  }
  /** Beside the first line of that name; at the end, or the start, when there is none. */
  const beside = (text: string, name: string, after: boolean): number => {
    const m = env.current()
    const { message } = m
    const line = headerLines(message, textArgument(name, 'hdr.append_after'))[0]
    if (line === undefined) return after ? append(text) : insert(text)
    m.edits.insert(after ? message.lineEnd[line] : message.lineStart[line], completeLines(text))
    return 1
  }
  return ksrModule('hdr', {
    append,
    /** The examples that go with Kamailio call it so. */
    append_hf: append,
    insert,
    append_after: (text: string, name: string) => beside(textArgument(text, 'hdr.append_after'), name, true),
    insert_before: (text: string, name: string) => beside(textArgument(text, 'hdr.insert_before'), name, false),
    remove,
    rmappend(name: string, text: string): number {
      remove(name)
      return append(text)
    },
    rminsert(name: string, text: string): number {
      remove(name)
      return insert(text)
    },
    is_present: (name: string) => (headerLines(env.current().message, textArgument(name, 'hdr.is_present')).length > 0 ? 1 : -1),
    append_to_reply(text: string): number {
      env.current().replyHeaders += completeLines(textArgument(text, 'hdr.append_to_reply'))
      return 1
    },
    get: (name: string) => value(name, 0, null),
    gete: (name: string) => value(name, 0, ''),
    getw: (name: string) => value(name, 0, '<null>'),
    get_idx: (name: string, index: number) => value(name, numberArgument(index, 'hdr.get_idx'), null),
    gete_idx: (name: string, index: number) => value(name, numberArgument(index, 'hdr.gete_idx'), ''),
    getw_idx: (name: string, index: number) => value(name, numberArgument(index, 'hdr.getw_idx'), '<null>'),
  })
}

/** Unfolded value; a negative index counts from the last line. */
function headerAt(message: SipMessage, name: string, index: number): string | null {
  const header = textArgument(name, 'hdr.get')
  const at = index < 0 ? headerLines(message, header).length + index : index
  return at < 0 ? null : message.header(header, at)
}

/** A line that the script forgot to end would swallow the next header. */
function completeLines(text: string): string {
  if (text === '' || text.endsWith('\r\n')) return text
  return text.endsWith('\n') ? `${text.slice(0, -1)}\r\n` : `${text}\r\n`
}
