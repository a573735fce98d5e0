import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { runToEnd, startChild } from './child.ts'
import { freePort } from './free-port.ts'
import { toolPath } from './need.ts'
import { waitUntil } from './wait-until.ts'

export interface Prometheus {
  /** Values of an instant query, by the labels as JSON. */
  readonly query: (expression: string) => Promise<ReadonlyMap<string, number>>
  /** Health of the only target: 'up', 'down' or 'unknown', with its last error. */
  readonly target: () => Promise<{ readonly health: string; readonly lastError: string }>
  readonly stop: () => Promise<void>
}

interface QueryAnswer {
  readonly data: { readonly result: readonly { readonly metric: object; readonly value: readonly [number, string] }[] }
}

interface TargetsAnswer {
  readonly data: { readonly activeTargets: readonly { readonly health: string; readonly lastError: string }[] }
}

/** What to scrape, without a token. */
export function scrapeConfigs(target: string): string {
  return `scrape_configs:\n  - job_name: signalbox\n    static_configs:\n      - targets: ['${target}']\n`
}

/** Debian's Prometheus with these scrape_configs, every second. */
export async function startPrometheus(scraped: string): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-prometheus-'))
  const port = await freePort()
  const file = join(folder, 'prometheus.yml')
  await writeFile(file, `global:\n  scrape_interval: 1s\n${scraped}`)
  const child = startChild(toolPath('prometheus'), [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ])
  const api = `http://127.0.0.1:${port}/api/v1`
  const stop = async (): Promise<void> => {
    await child.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await waitUntil('Prometheus to be ready', async () => ((await fetch(`http://127.0.0.1:${port}/-/ready`)).ok ? true : undefined), 60_000)
  } catch (problem) {
    await stop()
    throw new Error(`Prometheus did not start; it printed:\n${child.output()}`, { cause: problem })
  }
  return {
    query: async (expression) => {
      const answer = (await (await fetch(`${api}/query?query=${encodeURIComponent(expression)}`)).json()) as QueryAnswer
      return new Map(answer.data.result.map((row) => [JSON.stringify(row.metric), Number(row.value[1])]))
    },
    target: async () => {
      const answer = (await (await fetch(`${api}/targets`)).json()) as TargetsAnswer
      return answer.data.activeTargets[0] ?? { health: 'unknown', lastError: 'no target yet' }
    },
    stop,
  }
}

/** promtool's opinion of a metrics page: exit code 0 and no output when it has no complaint. */
export async function promtoolCheck(metrics: string): Promise<{ readonly code: number | null; readonly output: string }> {
  return runToEnd(toolPath('promtool'), ['check', 'metrics'], { input: metrics })
}
