import { HeaderId, NameAddr, parseNameAddr, SipParseError, type EditList, type SipMessage } from '@signalbox/sip'

const view = new NameAddr()

/** The Route values of a message, in order, over all its Route lines (RFC 3261 20.34). Refilled for each message. */
export class RouteSet {
  count = 0
  readonly uriStart: number[] = []
  readonly uriEnd: number[] = []
  readonly #line: number[] = []
  readonly #start: number[] = []
  readonly #end: number[] = []

  /** False when a value is malformed. */
  read(message: SipMessage): boolean {
    this.count = 0
    try {
      for (let line = message.first(HeaderId.ROUTE); line !== -1; line = message.next(line)) this.#readLine(message, line)
    } catch (error) {
      if (error instanceof SipParseError) return false
      throw error
    }
    return true
  }

  #readLine(message: SipMessage, line: number): void {
    const end = message.valueEnd[line]
    for (let at = message.valueStart[line]; at !== -1; at = view.nextStart) {
      parseNameAddr(view, message.bytes, at, end)
      const i = this.count++
      this.uriStart[i] = view.uriStart
      this.uriEnd[i] = view.uriEnd
      this.#line[i] = line
      this.#start[i] = view.start
      this.#end[i] = view.end
    }
  }

  /** Removes all values but [first, end); whole lines where nothing of them is left. */
  keep(message: SipMessage, edits: EditList, first: number, end: number): void {
    let i = 0
    while (i < this.count) {
      const lineFirst = i
      while (i < this.count && this.#line[i] === this.#line[lineFirst]) i++
      this.#keepOfLine(message, edits, lineFirst, i, Math.max(first, lineFirst), Math.min(end, i))
    }
  }

  #keepOfLine(message: SipMessage, edits: EditList, lineFirst: number, lineEnd: number, first: number, end: number): void {
    const line = this.#line[lineFirst]
    if (first >= end) {
      edits.remove(message.lineStart[line], message.lineEnd[line])
      return
    }
    if (first > lineFirst) edits.remove(this.#start[lineFirst], this.#start[first])
    if (end < lineEnd) edits.remove(this.#end[end - 1], this.#end[lineEnd - 1])
  }
}
