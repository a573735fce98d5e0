// npm run docs: writes the pages of docs/operator/ that repeat what the code knows.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { referencePages } from './reference-pages.ts'
import { root } from './run-tool.ts'

for (const [name, text] of Object.entries(referencePages())) writeFileSync(join(root, 'docs/operator', name), text)
