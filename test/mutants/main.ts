/**
 * Plants each mutant in a copy of the tree and runs the tests that have to see it: `pnpm mutants`, `pnpm mutants --only "part of a name"`, or
 * all of a kind, `pnpm mutants --only durability`.
 * Before that, the same tests have to pass without any. Exit code 1 where one survives, does not apply, or its tests did not run.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { PROJECT_ROOT } from '@rollcall/local/project-root'
import { builtFile } from './built-file.ts'
import { copyTree } from './copy-tree.ts'
import { applyMutant, type Killer, type Mutant } from './mutant.ts'
import { MUTANTS, mutantsLike } from './mutants.ts'
import { type Outcome, runFiles, runKiller } from './run-killer.ts'

const { values } = parseArgs({ args: process.argv.slice(2).filter((arg) => arg !== '--'), options: { only: { type: 'string', multiple: true } }, strict: true })
const chosen = values.only === undefined ? MUTANTS : mutantsLike(values.only)
if (chosen.length === 0) throw new TypeError(`no mutant is of a kind called ${values.only?.join(' or ')}, or has that in its name or file`)
const print = (line: string): void => void process.stdout.write(`${line}\n`)
const began = performance.now()
const secondsSince = (at: number): string => `${((performance.now() - at) / 1_000).toFixed(1)} s`

const killersOf = (mutants: readonly Mutant[]): readonly Killer[] => [
  ...new Map(mutants.flatMap(({ killedBy }) => killedBy.map((killer) => [JSON.stringify(killer), killer] as const))).values(),
]
const killers = killersOf(chosen.filter(({ inBuilt }) => !inBuilt))
const killersInBuilt = killersOf(chosen.filter(({ inBuilt }) => inBuilt))
const tree = await copyTree(PROJECT_ROOT)
const treeWithBuilt = killersInBuilt.length === 0 ? null : await copyTree(PROJECT_ROOT, 'copied')
let isStopping = false
process.once('SIGINT', () => {
  isStopping = true
})

const seedsOf = ({ seed, runs = 1 }: Killer): string => (seed === undefined ? '' : runs === 1 ? ` seed ${seed}` : ` seeds ${seed} to ${seed + runs - 1}`)

/** Null where the mutant is seen by each of its killers. */
const plant = async (mutant: Mutant): Promise<string | null> => {
  const { directory } = (mutant.inBuilt && treeWithBuilt) || tree
  const paths = [mutant.file, ...(mutant.inBuilt ? [builtFile(mutant.file)] : [])].map((file) => join(directory, file))
  const sources = await Promise.all(paths.map((path) => readFile(path, 'utf8')))
  const began = performance.now()
  const seen: string[] = []
  try {
    for (const [nth, path] of paths.entries()) await writeFile(path, applyMutant(sources[nth] ?? '', mutant))
    for (const killer of mutant.killedBy) {
      const result = await runKiller(directory, killer)
      if (result.outcome === 'passed') return `survives ${killer.file}`
      if (result.outcome === 'error') return result.why
      seen.push(`${killer.file}${seedsOf(killer)}: ${result.test}`)
    }
  } catch (error) {
    return (error as Error).message
  } finally {
    for (const [nth, path] of paths.entries()) await writeFile(path, sources[nth] ?? '')
  }
  print(`| ${mutant.name} | ${mutant.file} | ${seen.join('; ')} | ${secondsSince(began)} |`)
  return null
}

/** Null where these tests pass. */
const whyNotGreen = (result: Outcome): string | null =>
  result.outcome === 'passed' ? null : result.outcome === 'failed' ? `fails without any mutant: ${result.test}\n${result.how}` : result.why

/** Files as a whole go together, since starting takes longer than they do. */
const checkUnmutated = async (): Promise<readonly string[]> => {
  const whole = killers.filter(({ file, test, seed }) => !file.endsWith('.int.test.ts') && test === undefined && seed === undefined)
  const results: Outcome[] = whole.length === 0 ? [] : [await runFiles(tree.directory, [...new Set(whole.map(({ file }) => file))])]
  for (const killer of killers) if (!whole.includes(killer) && !isStopping) results.push(await runKiller(tree.directory, killer))
  for (const killer of killersInBuilt) if (treeWithBuilt !== null && !isStopping) results.push(await runKiller(treeWithBuilt.directory, killer))
  return results.flatMap((result) => whyNotGreen(result) ?? [])
}

const failures: string[] = []
try {
  failures.push(...(await checkUnmutated()))
  print(`${killers.length + killersInBuilt.length} selections of tests without a mutant: ${failures.length === 0 ? 'all pass' : 'not all pass'} (${secondsSince(began)})`)
  print('| mutant | in | seen by | in |')
  if (failures.length === 0) {
    for (const mutant of chosen) {
      if (isStopping) break
      const why = await plant(mutant)
      if (why === null) continue
      failures.push(`${mutant.name}: ${why}`)
      print(`NOT SEEN: ${failures.at(-1)}`)
    }
  }
} finally {
  await tree.remove()
  await treeWithBuilt?.remove()
}
for (const failure of failures) print(failure)
print(`${chosen.length} mutants, ${failures.length} failures, ${secondsSince(began)}`)
if (failures.length > 0 || isStopping) process.exitCode = 1
