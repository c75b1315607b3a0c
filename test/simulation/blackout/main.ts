/**
 * Simulates two hours without webhooks: `pnpm simulate:blackout [--seed 7] [--calls-per-second 15] [--minutes 120]
 * [--longest-call-minutes 240] [--share 0.25] [--duration-filter honoured|ignored|refused]`.
 * Where the reconciler would refuse to start with such calls that is told, and nothing is simulated unless it is asked for by `--run-refused`.
 * Starts a Postgres of its own. Exit code 1 where a goal is missed; without the Duration filter, where the RPO is.
 */
import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { MINUTE } from '@rollcall/domain/time'
import { startPostgres } from '@rollcall/local/postgres/start-postgres'
import { createSurroundings } from '../reconcile/surroundings.ts'
import { USUAL } from './blackout-plan.ts'
import { bootRefusal } from './boot-refusal.ts'
import { GOALS, missedGoals, PROMISE } from './missed-goals.ts'
import { simulateBlackout } from './simulate-blackout.ts'

const SEED_MAX = 2 ** 31 - 1
const FILTERS = ['honoured', 'ignored', 'refused'] as const

const text = { type: 'string' } as const
const { values } = parseArgs({
  args: process.argv.slice(2).filter((arg) => arg !== '--'),
  options: { seed: text, 'calls-per-second': text, minutes: text, 'longest-call-minutes': text, share: text, 'duration-filter': text, 'run-refused': { type: 'boolean' } },
  strict: true,
})
const number = (option: keyof typeof values, otherwise: number): number => {
  const given = Number(values[option] ?? otherwise)
  if (!(given > 0)) throw new TypeError(`--${option} is "${values[option]}"; needed is a number above 0`)
  return given
}
const filter = FILTERS.find((one) => one === (values['duration-filter'] ?? USUAL.durationFilter))
if (filter === undefined) throw new TypeError(`--duration-filter is "${values['duration-filter']}"; needed is one of ${FILTERS.join(', ')}`)
const settings = {
  ...USUAL,
  seed: number('seed', randomInt(1, SEED_MAX)),
  callsPerSecond: number('calls-per-second', USUAL.callsPerSecond),
  blackoutMs: number('minutes', USUAL.blackoutMs / MINUTE) * MINUTE,
  longestCallMs: number('longest-call-minutes', USUAL.longestCallMs / MINUTE) * MINUTE,
  rateShare: number('share', USUAL.rateShare),
  durationFilter: filter,
}
const print = (line: string): void => void process.stdout.write(`${line}\n`)

const refusal = bootRefusal(settings)
if (refusal !== null) print(`refused at boot: ${refusal}`)
if (refusal !== null && values['run-refused'] !== true) process.exit(0)

const directory = await mkdtemp(join(tmpdir(), 'rollcall-blackout-'))
const postgres = await startPostgres({ directory, onLine: print })
const surroundings = await createSurroundings(postgres.superuserUrl, postgres.databaseUrl)
print(
  `--seed ${settings.seed} --calls-per-second ${settings.callsPerSecond} --minutes ${settings.blackoutMs / MINUTE} --longest-call-minutes ${settings.longestCallMs / MINUTE} --share ${settings.rateShare} --duration-filter ${filter}`,
)
const began = performance.now()
try {
  const report = await simulateBlackout(surroundings, settings, print)
  print(JSON.stringify({ ...report, seconds: Math.round((performance.now() - began) / 1_000) }, null, 2))
  const missed = missedGoals(report, filter === 'honoured' ? GOALS : PROMISE)
  for (const goal of missed) print(`missed: ${goal}`)
  if (missed.length > 0) process.exitCode = 1
} finally {
  await surroundings.close()
  await postgres.stop()
  for (const folder of [directory, dirname(postgres.dataDirectory)]) await rm(folder, { recursive: true, force: true })
}
