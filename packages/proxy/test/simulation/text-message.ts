type Header = readonly [name: string, value: string]

/** A SIP message as the simulated agents read it: by text, so that a fault in the real parser cannot hide itself. */
export class TextMessage {
  readonly text: string
  #headers: readonly Header[] | null = null

  constructor(text: string) {
    this.text = text
  }

  get startLine(): string {
    const end = this.text.indexOf('\r\n')
    return end < 0 ? this.text : this.text.slice(0, end)
  }

  get headers(): readonly Header[] {
    return (this.#headers ??= headersOf(this.text))
  }

  get isRequest(): boolean {
    return !this.text.startsWith('SIP/2.0 ')
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
    for (const [header, value] of this.headers) if (header === name || header.toLowerCase() === name.toLowerCase()) return value
    return ''
  }

  get branch(): string {
    return /branch=([^;,\s]+)/.exec(this.header('Via'))?.[1] ?? ''
  }

  get toTag(): string {
    return /;tag=([^;,\s]+)/.exec(this.header('To'))?.[1] ?? ''
  }
}

function headersOf(text: string): readonly Header[] {
  const [head = ''] = text.split('\r\n\r\n', 1)
  const lines = head.split('\r\n')
  lines.shift()
  return lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
  })
}
