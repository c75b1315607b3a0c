/**
 * Are the figures that auditors are told the ledger's? `pnpm prove:completeness --seed 7 [--hours 4]`: the real reconciler, projector and measurer live through two times in
 * virtual time. One is drawn from the seed: webhooks are lost, late, doubled and reordered, the API fails and lists late, clocks jump and processes are killed. The other is a
 * day with every kind of loss, on which calls are made for so many hours. Then every figure is asked for by window, hour and day, in each way there is, and held against what
 * was true. Prints its figures as JSON; exit code 1 where one is not as the ledger has it, or too few were compared. On two cores it takes some minutes.
 */
import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '@rollcall/local/postgres/start-postgres'
import { createSurroundings } from '../reconcile/surroundings.ts'
import { tooFew } from './compared-min.ts'
import { proveCompleteness } from './prove-completeness.ts'
import { proveDay } from './prove-day.ts'

const SEED_MAX = 2 ** 31 - 1
const HOURS_MAX = 24
const TOLD_MAX = 20
/** A run says nothing of itself before it ends. */
const UNDER_WAY_EVERY_MS = 60_000

const text = { type: 'string' } as const
const { values } = parseArgs({ args: process.argv.slice(2).filter((arg) => arg !== '--'), options: { seed: text, hours: text }, strict: true })
const wholeNumber = (option: string, given: string | undefined, otherwise: number, min: number, max: number): number => {
  const number = Number(given ?? otherwise)
  if (given?.trim() === '' || !Number.isSafeInteger(number) || number < min || number > max)
    throw new TypeError(`${option} is "${given}"; needed is a whole number from ${min} to ${max}`)
  return number
}
const seed = wholeNumber('--seed', values.seed, randomInt(SEED_MAX), 0, SEED_MAX)
const hours = wholeNumber('--hours', values.hours, 2, 2, HOURS_MAX)
const print = (line: string): void => void process.stdout.write(`${line}\n`)
print(`--seed ${seed} --hours ${hours}`)

const began = performance.now()
const underWay = setInterval(() => print(`under way for ${Math.round((performance.now() - began) / 1_000)} s`), UNDER_WAY_EVERY_MS)
const directory = await mkdtemp(join(tmpdir(), 'rollcall-completeness-'))
const postgres = await startPostgres({ directory, onLine: print })
const tell = (figures: object, wrong: readonly string[]): void => {
  for (const line of wrong.slice(0, TOLD_MAX)) print(`not as the ledger has it: ${line}`)
  print(JSON.stringify({ ...figures, seconds: Math.round((performance.now() - began) / 1_000) }))
  if (wrong.length > 0) process.exitCode = 1
}
try {
  const surroundings = await createSurroundings(postgres.superuserUrl, postgres.databaseUrl)
  try {
    const drawn = await proveCompleteness(surroundings, seed)
    tell(drawn.figures, drawn.figures.compared === 0 ? ['nothing was compared'] : drawn.wrong)
    const day = await proveDay(surroundings, seed, hours)
    tell({ ...day.figures, compared: day.compared }, [...day.wrong, ...tooFew(day.compared)])
  } finally {
    await surroundings.close()
  }
} finally {
  clearInterval(underWay)
  await postgres.stop()
  for (const folder of [directory, dirname(postgres.dataDirectory)]) await rm(folder, { recursive: true, force: true })
}
