/**
 * Real-process chaos: `pnpm chaos --rounds 1000 --seed 7 [--minutes 60] [--per-second 100] [--from 0]
 * [--only rebalances,kill-ingest+pause-all-brokers]`. Two ingest hosts, two projectors, three
 * Kafka nodes, a Postgres primary and its replica, faults by the seed, and an oracle that compares book, log and projection every ten rounds.
 * Ctrl-C ends it after the round that is under way. Exit code 1 where something was found; then the run's folder stays.
 */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { verifyByRebuild } from './oracle/verify-by-rebuild.ts'
import { FAULT_KINDS, type FaultName } from './plan/fault-kinds.ts'
import { planOnly, planRound } from './plan/plan-round.ts'
import { runChaos } from './run-chaos.ts'
import { startChaosWorld } from './world/start-chaos-world.ts'

const SEED_MAX = 2 ** 31 - 1
const ROUNDS_DEFAULT = 20
const PER_SECOND_DEFAULT = 100

const text = { type: 'string' } as const
const options = { rounds: text, seed: text, minutes: text, 'per-second': text, from: text, only: text }
const { values } = parseArgs({ args: process.argv.slice(2).filter((arg) => arg !== '--'), options, strict: true })
const number = (option: keyof typeof options, otherwise: number): number => {
  const given = Number(values[option] ?? otherwise)
  if (!Number.isSafeInteger(given) || given < 0 || given > SEED_MAX) throw new TypeError(`--${option} is "${values[option]}"; needed is a whole number from 0 to ${SEED_MAX}`)
  return given
}
const seed = number('seed', randomInt(SEED_MAX))
const rounds = number('rounds', values.minutes === undefined ? ROUNDS_DEFAULT : SEED_MAX)
const minutes = number('minutes', SEED_MAX)
const perSecond = number('per-second', PER_SECOND_DEFAULT)
const from = number('from', 0)
const faultNamed = (given: string): FaultName => {
  const kind = FAULT_KINDS.find(({ name }) => name === given)
  if (kind === undefined) throw new TypeError(`--only names "${given}"; known are ${FAULT_KINDS.map(({ name }) => name).join(', ')}`)
  return kind.name
}
const only = (values.only ?? '')
  .split(',')
  .filter(Boolean)
  .map((combination) => combination.split('+').map(faultNamed))
const print = (line: string): void => void process.stdout.write(`${line}\n`)

let isStopping = false
process.on('SIGINT', () => {
  // The reaper ends what a second one leaves.
  if (isStopping) process.exit(130)
  isStopping = true
  print('stopping after this round')
})
process.on('SIGTERM', () => process.exit(143))

print(`--seed ${seed} --rounds ${rounds} --per-second ${perSecond} --from ${from}${only.length === 0 ? '' : ` --only ${values.only}`}`)
const began = performance.now()
const seconds = (): number => Math.round((performance.now() - began) / 1_000)
const world = await startChaosWorld({ seed, kafkaNodes: 3, onLine: print })
print(`ready after ${seconds()} s in ${world.directory}`)
let isBad = true
try {
  const isOver = () => isStopping || seconds() >= minutes * 60
  const nextRound = (nth: number) => (nth >= rounds || isOver() ? null : only.length > 0 ? planOnly(seed, only, from + nth) : planRound(seed, from + nth))
  const report = await runChaos({ world, nextRound, perSecond, onLine: print })
  const rebuilt = await verifyByRebuild(world)
  isBad = report.findings.length > 0 || !rebuilt.equal
  print(JSON.stringify({ seed, ...report, rebuilt, seconds: seconds() }, null, 1))
} finally {
  if (isBad) print(`what was found can be looked at in ${world.directory}`)
  await world.stop({ keepFolder: isBad })
}
process.exit(isBad ? 1 : 0)
