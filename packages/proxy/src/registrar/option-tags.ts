import type { SipMessage } from '@signalbox/sip'

/** The option tags of all lines of a header (Require, Proxy-Require, Supported), as they are written. */
export function optionTags(message: SipMessage, header: number): readonly string[] {
  if (message.first(header) === -1) return []
  const tags: string[] = []
  for (let index = 0, value = message.header(header); value !== null; value = message.header(header, ++index)) {
    for (const tag of value.split(',')) if (tag.trim() !== '') tags.push(tag.trim())
  }
  return tags
}

export function hasOptionTag(message: SipMessage, header: number, tag: string): boolean {
  return optionTags(message, header).some((one) => one.toLowerCase() === tag)
}
