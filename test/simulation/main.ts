/**
 * Simulates seed after seed: `pnpm simulate --seeds 20000 --seed 1 --workers 2` what durability promises, `--kind reconcile` windows, schedule
 * and judgement (which starts a Postgres of its own; `--windows 100000` ends it after so many), `--kind all` the one and then the other. A seed
 * makes its run again: `pnpm simulate --kind <its kind> --seed <it>`. `--until-found` ends durability with the first finding. Ctrl-C ends it
 * with the runs that are under way. Exit code 1 where anything was found.
 */
import { randomInt } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { simulateDurability } from './durability/simulate-durability.ts'
import { simulateReconcile } from './reconcile/simulate-reconcile.ts'

const KINDS = ['durability', 'reconcile', 'all'] as const
const SEED_MAX = 2 ** 31 - 1
const DURABILITY_SEEDS = 1_000
const RECONCILE_SEEDS = 20
const WORKERS_MAX = 64

const options = {
  kind: { type: 'string', default: 'durability' },
  seeds: { type: 'string' },
  seed: { type: 'string' },
  workers: { type: 'string' },
  windows: { type: 'string' },
  'until-found': { type: 'boolean', default: false },
} as const
const { values } = parseArgs({ args: process.argv.slice(2).filter((arg) => arg !== '--'), options, strict: true })
const wholeNumber = (option: 'seeds' | 'seed' | 'workers' | 'windows', otherwise: number, most: number): number => {
  const number = Number(values[option] ?? otherwise)
  if (!Number.isSafeInteger(number) || number < 0 || number > most) throw new TypeError(`--${option} is "${values[option]}"; needed is a whole number from 0 to ${most}`)
  return number
}
const kind = KINDS.find((each) => each === values.kind)
if (kind === undefined) throw new TypeError(`--kind is "${values.kind}"; needed is ${KINDS.join(', or ')}`)

const first = wholeNumber('seed', randomInt(SEED_MAX), SEED_MAX)
/** A seed that is named is one to look into. */
const seeds = (otherwise: number): number => wholeNumber('seeds', values.seed === undefined ? otherwise : 1, SEED_MAX)
const reconcileOptions = {
  first,
  seeds: values.windows !== undefined && values.seeds === undefined ? Number.POSITIVE_INFINITY : seeds(RECONCILE_SEEDS),
  windows: values.windows === undefined ? Number.POSITIVE_INFINITY : wholeNumber('windows', 0, SEED_MAX),
}
const durabilityOptions = { first, seeds: seeds(DURABILITY_SEEDS), workers: wholeNumber('workers', availableParallelism(), WORKERS_MAX), untilFound: values['until-found'] }

const print = (line: string): void => void process.stdout.write(`${line}\n`)
const stopping = new AbortController()
const { signal } = stopping
process.once('SIGINT', () => {
  print('stopping after what is under way')
  stopping.abort()
})

let failed = 0
if (kind !== 'reconcile') failed += await simulateDurability({ ...durabilityOptions, signal, print })
if (kind !== 'durability' && !signal.aborted) failed += await simulateReconcile({ ...reconcileOptions, signal, print })
if (failed > 0) process.exitCode = 1
