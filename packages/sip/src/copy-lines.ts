import type { ByteWriter } from './byte-writer.ts'
import type { SipMessage } from './message.ts'

/** Copies every line of a header. */
export function copyLines(out: ByteWriter, message: SipMessage, id: number): void {
  for (let line = message.first(id); line !== -1; line = message.next(line)) copyLine(out, message, line)
}

/** Copies the first line of a header, if there is one. */
export function copyFirst(out: ByteWriter, message: SipMessage, id: number): void {
  const line = message.first(id)
  if (line !== -1) copyLine(out, message, line)
}

/** Copies one line, folded or not, with its CRLF. */
export function copyLine(out: ByteWriter, message: SipMessage, line: number): void {
  out.copy(message, message.lineStart[line], message.lineEnd[line])
}
