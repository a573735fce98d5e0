// Preloaded by planted-faults.ts: gives one file of the engine another text, for this process only.
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NOT_PLANTED, plantedFaults } from './planted-faults.ts'

const fault = plantedFaults[Number(process.env['PLANTED_FAULT'])]
if (fault === undefined) throw new Error('PLANTED_FAULT is no number of a fault')
const file = join(import.meta.dirname, '../packages/proxy/src', fault.file)

registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith('file:') || fileURLToPath(url) !== file) return nextLoad(url, context)
    const source = readFileSync(file, 'utf8')
    if (source.split(fault.find).length !== 2) throw new Error(`${NOT_PLANTED}: ${fault.file} does not contain "${fault.find}" once`)
    return { format: 'module-typescript', source: source.replace(fault.find, fault.replace), shortCircuit: true }
  },
})
