/** One value of a metric with its labels. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A metric that is read when somebody scrapes, never kept up to date in between. */
export interface MetricSource {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge'
  readonly labels: readonly string[]
  read(): readonly Sample[]
}

export function gauge(name: string, help: string, read: () => number): MetricSource {
  return { name, help, type: 'gauge', labels: [], read: () => [{ labels: {}, value: read() }] }
}

export function counter(name: string, help: string, read: () => number): MetricSource {
  return { name, help, type: 'counter', labels: [], read: () => [{ labels: {}, value: read() }] }
}

/** `type` with labels: the names, then the values by name. */
export function labelled(type: 'counter' | 'gauge', name: string, help: string, labels: readonly string[], read: () => readonly Sample[]): MetricSource {
  return { name, help, type, labels, read }
}
