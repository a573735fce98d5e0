// npm run conformance: writes docs/conformance.md from the names of the tests. With --check it only compares.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { conformancePage, type NamedTest } from './conformance-page.ts'
import { resultFolder, root, runTool } from './run-tool.ts'

interface Listed {
  readonly name: string
  readonly file: string
}

const list = join(resultFolder, 'unit-list.json')
const page = join(root, 'docs/conformance.md')

/** The tests as they are written: nothing is run, a table of cases is one test. */
async function namedTests(): Promise<readonly NamedTest[]> {
  mkdirSync(resultFolder, { recursive: true })
  const { code, output } = await runTool({ command: 'vitest', args: ['list', '--config', 'vitest.config.ts', `--json=${list}`] })
  if (code !== 0) throw new Error(output)
  const listed = JSON.parse(readFileSync(list, 'utf8')) as readonly Listed[]
  return listed
    .map(({ name, file }) => ({ file: relative(root, file), titles: name.split(' > ') }))
    .filter(({ file }) => file.startsWith('packages/'))
}

const text = conformancePage(await namedTests())
if (!process.argv.includes('--check')) writeFileSync(page, text)
else if (readFileSync(page, 'utf8') !== text) {
  console.log('docs/conformance.md does not say what the tests are named')
  process.exitCode = 1
}
