import { statusLine } from '../stores/status-line.ts'
import { copyText } from './copy-text.ts'

/** A key has no button that could show the outcome: the status line says it. */
export async function copyByKey(what: string, text: string): Promise<void> {
  statusLine.say((await copyText(text)) ? `${what} copied` : 'The browser refused to copy')
}
