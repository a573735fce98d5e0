/** What a timer of the engine is for: RFC 3261 letter and the sentence of the help text. */
export const TIMER_HELP: Readonly<Record<string, { readonly letter: string; readonly text: string }>> = {
  retr: { letter: 'A/E', text: 'sends the request again over UDP, RFC 3261 17.1.1.2 and 17.1.2.2' },
  fr: { letter: 'B/F', text: 'gives up when no reply came, RFC 3261 17.1.1.2' },
  fr_inv: { letter: 'C', text: 'gives up when no final reply to INVITE came, RFC 3261 16.6 step 11' },
  retr_rpl: { letter: 'G', text: 'sends the final reply again until ACK, RFC 3261 17.2.1' },
  fr_ack: { letter: 'H', text: 'gives up waiting for ACK, RFC 3261 17.2.1' },
  wait: { letter: 'I/J/K/L', text: 'keeps the transaction to absorb repeats, RFC 3261 17.2 and RFC 6026' },
}

/** Timers whose firing decides the call, so it gets a row of its own. */
export const DECIDING_TIMERS: ReadonlySet<string> = new Set(['fr', 'fr_inv', 'fr_ack', 'max_inv'])
