/** A SIP message as the simulated agents read it: by text, so that a fault in the real parser cannot hide itself. */
export class TextMessage {
  readonly text: string
  readonly startLine: string
  readonly headers: readonly (readonly [name: string, value: string])[]

  constructor(text: string) {
    this.text = text
    const [head = ''] = text.split('\r\n\r\n')
    const [startLine = '', ...lines] = head.split('\r\n')
    this.startLine = startLine
    this.headers = lines.map((line) => [line.slice(0, line.indexOf(':')).trim(), line.slice(line.indexOf(':') + 1).trim()])
  }

  get isRequest(): boolean {
    return !this.startLine.startsWith('SIP/2.0 ')
  }

  get method(): string {
    return this.isRequest ? this.startLine.split(' ')[0] : this.header('CSeq').split(' ')[1]
  }

  get status(): number {
    return this.isRequest ? 0 : Number(this.startLine.split(' ')[1])
  }

  get uri(): string {
    return this.startLine.split(' ')[1]
  }

  /** All values of a header, one per line. */
  all(name: string): readonly string[] {
    return this.headers.filter(([header]) => header.toLowerCase() === name.toLowerCase()).map(([, value]) => value)
  }

  /** The first value, '' if absent. */
  header(name: string): string {
    return this.all(name)[0] ?? ''
  }

  get branch(): string {
    return /branch=([^;,\s]+)/.exec(this.header('Via'))?.[1] ?? ''
  }

  get toTag(): string {
    return /;tag=([^;,\s]+)/.exec(this.header('To'))?.[1] ?? ''
  }
}
