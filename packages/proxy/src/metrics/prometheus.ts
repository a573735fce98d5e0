import { Counter, Gauge, Registry } from 'prom-client'
import type { MetricSource } from './metric-source.ts'

/** What /metrics serves; the only file that knows prom-client. */
export class PrometheusText {
  readonly #registry = new Registry()
  readonly contentType = this.#registry.contentType

  constructor(sources: readonly MetricSource[]) {
    for (const source of sources) this.#add(source)
  }

  render(): Promise<string> {
    return this.#registry.metrics()
  }

  #add(source: MetricSource): void {
    const { name, help } = source
    const options = { name, help, labelNames: [...source.labels], registers: [this.#registry] }
    if (source.type === 'gauge') {
      const metric = new Gauge({
        ...options,
        collect: () => {
          metric.reset()
          for (const { labels, value } of source.read()) metric.set({ ...labels }, value)
        },
      })
      return
    }
    const metric = new Counter({
      ...options,
      collect: () => {
        metric.reset()
        for (const { labels, value } of source.read()) metric.inc({ ...labels }, value)
      },
    })
  }
}
