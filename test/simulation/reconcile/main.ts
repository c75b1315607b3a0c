/**
 * Simulates reconciliation for as many runs as one wants: `pnpm simulate:reconcile --runs 500 --seed 1`. Starts a Postgres of its own.
 * A run's seed makes it again: `--runs 1 --seed <its seed>`. Exit code 1 where the ledger does not bear out what was concluded.
 */
import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '@rollcall/local/postgres/start-postgres'
import { type RunReport, simulateRun } from './simulate-run.ts'
import { createSurroundings } from './surroundings.ts'

const SEED_MAX = 2 ** 31 - 1
const RUNS_DEFAULT = 100
const TOLD_EVERY = 10

const { values } = parseArgs({ args: process.argv.slice(2).filter((arg) => arg !== '--'), options: { runs: { type: 'string' }, seed: { type: 'string' } }, strict: true })
const wholeNumber = (option: string, given: string | undefined, otherwise: number): number => {
  const number = Number(given ?? otherwise)
  if (!Number.isSafeInteger(number) || number < 0 || number > SEED_MAX) throw new TypeError(`${option} is "${given}"; needed is a whole number from 0 to ${SEED_MAX}`)
  return number
}
const first = wholeNumber('--seed', values.seed, randomInt(SEED_MAX))
const runs = wholeNumber('--runs', values.runs, RUNS_DEFAULT)
const print = (line: string): void => void process.stdout.write(`${line}\n`)

const directory = await mkdtemp(join(tmpdir(), 'rollcall-simulate-'))
const postgres = await startPostgres({ directory, onLine: print })
const surroundings = await createSurroundings(postgres.superuserUrl, postgres.databaseUrl)
print(`--seed ${first} --runs ${runs}`)
const began = performance.now()
const totals = { runs: 0, failed: 0, calls: 0, windowsFinal: 0, excused: 0, reconcilerRuns: 0, kills: 0, requests: 0, virtualMs: 0 }
const take = (report: RunReport): void => {
  totals.runs += 1
  if (totals.runs % TOLD_EVERY === 0) print(`${totals.runs} runs, ${totals.windowsFinal} windows final`)
  for (const name of ['calls', 'windowsFinal', 'excused', 'reconcilerRuns', 'kills', 'requests', 'virtualMs'] as const) totals[name] += report[name]
  if (report.findings.length === 0) return
  totals.failed += 1
  print(JSON.stringify({ seed: report.seed, findings: report.findings }))
}
let isStopping = false
process.once('SIGINT', () => {
  isStopping = true
})
try {
  for (let nth = 0; nth < runs && !isStopping; nth += 1) take(await simulateRun(surroundings, (first + nth) % SEED_MAX))
} finally {
  await surroundings.close()
  await postgres.stop()
  for (const folder of [directory, dirname(postgres.dataDirectory)]) await rm(folder, { recursive: true, force: true })
}
print(JSON.stringify({ ...totals, seconds: Math.round((performance.now() - began) / 1_000) }))
if (totals.failed > 0) process.exitCode = 1
