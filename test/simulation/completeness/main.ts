/**
 * Are the figures that auditors are told the ledger's? `pnpm prove:completeness --seed 7`: the real reconciler, projector and measurer live through a day or more of virtual
 * time in which webhooks are lost, late, doubled and reordered, the API fails and lists late, clocks jump and processes are killed; then completeness and yield are asked for by
 * window, hour and day, in each way there is, and held against what was true. Prints its figures as JSON; exit code 1 where one is not as the ledger has it.
 */
import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '@rollcall/local/postgres/start-postgres'
import { createSurroundings } from '../reconcile/surroundings.ts'
import { proveCompleteness } from './prove-completeness.ts'

const SEED_MAX = 2 ** 31 - 1
const TOLD_MAX = 20

const { values } = parseArgs({ args: process.argv.slice(2).filter((arg) => arg !== '--'), options: { seed: { type: 'string' } }, strict: true })
const seed = Number(values.seed ?? randomInt(SEED_MAX))
if (!Number.isSafeInteger(seed) || seed < 0 || seed > SEED_MAX) throw new TypeError(`--seed is "${values.seed}"; needed is a whole number from 0 to ${SEED_MAX}`)
const print = (line: string): void => void process.stdout.write(`${line}\n`)
print(`--seed ${seed}`)

const directory = await mkdtemp(join(tmpdir(), 'rollcall-completeness-'))
const postgres = await startPostgres({ directory, onLine: print })
try {
  const surroundings = await createSurroundings(postgres.superuserUrl, postgres.databaseUrl)
  try {
    const { figures, wrong } = await proveCompleteness(surroundings, seed)
    for (const line of wrong.slice(0, TOLD_MAX)) print(`not as the ledger has it: ${line}`)
    print(JSON.stringify(figures))
    if (wrong.length > 0) process.exitCode = 1
  } finally {
    await surroundings.close()
  }
} finally {
  await postgres.stop()
  for (const folder of [directory, dirname(postgres.dataDirectory)]) await rm(folder, { recursive: true, force: true })
}
