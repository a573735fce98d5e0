/** What a SIP thread tells of itself when asked; not in the counters, because it is a state. */
export interface ThreadFacts {
  /** Open connections of this thread, how many all threads together may have, and bytes that their peers have not taken yet. */
  readonly connections: number
  readonly mostConnections: number
  readonly queuedBytes: number
  /** Addresses of record with a binding, and bindings, of the location table. Every thread holds the whole table. */
  readonly users: number
  readonly contacts: number
}

/** Of several threads as one. */
export function addFacts(threads: readonly ThreadFacts[]): ThreadFacts {
  const [first] = threads
  const sum = (read: (facts: ThreadFacts) => number) => threads.reduce((total, facts) => total + read(facts), 0)
  return {
    ...first,
    connections: sum((facts) => facts.connections),
    queuedBytes: sum((facts) => facts.queuedBytes),
  }
}
