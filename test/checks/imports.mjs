/** Judges who imports whom by .dependency-cruiser.cjs. Counts what it saw: a tool that saw nothing finds nothing wrong. */
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cruise } from 'dependency-cruiser'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const FOLDERS = ['packages', 'services', 'infra', 'test']
const IGNORED = new Set(['node_modules', 'dist'])

const sources = (folder) =>
  readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return IGNORED.has(entry.name) ? [] : sources(path)
    return /\.(tsx?|mjs)$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : []
  })

process.chdir(ROOT)
const { options, forbidden } = createRequire(import.meta.url)(join(ROOT, '.dependency-cruiser.cjs'))
const { output } = await cruise(FOLDERS, { ...options, ruleSet: { forbidden }, validate: true })
const seen = new Set(output.modules.map(({ source }) => source))
const unseen = FOLDERS.flatMap(sources).filter((source) => !seen.has(source))
const violations = output.summary.violations.map(({ rule, from, to, cycle }) => `${rule.name}: ${from} → ${cycle ? cycle.map(({ name }) => name).join(' → ') : to}`)

for (const line of [...violations, ...unseen.map((source) => `not seen: ${source}`)]) console.log(line)
const ours = [...seen].filter((source) => !source.includes('node_modules')).length
console.log(`${ours} modules seen, ${output.summary.totalDependenciesCruised} imports judged, ${violations.length} against the rules`)
if (violations.length > 0 || unseen.length > 0 || ours === 0) process.exitCode = 1
