// npm run format: writes the one format.
import { runTool } from './run-tool.ts'

const { code } = await runTool({ command: 'oxfmt', args: ['.'], live: true })
process.exitCode = code
