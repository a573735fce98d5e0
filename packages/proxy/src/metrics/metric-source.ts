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

/** A gauge with labels: their names, then the values by name. */
export function labelledGauge(name: string, help: string, labels: readonly string[], read: () => readonly Sample[]): MetricSource {
  return { name, help, type: 'gauge', labels, read }
}

/** A counter with labels. */
export function labelledCounter(name: string, help: string, labels: readonly string[], read: () => readonly Sample[]): MetricSource {
  return { name, help, type: 'counter', labels, read }
}
