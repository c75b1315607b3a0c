/**
 * Real-process chaos: `pnpm chaos --rounds 1000 --seed 7 [--from 0] [--minutes 60] [--per-second 100] [--stacks 2] [--haproxy] [--tally FILE]
 * [--only rebalances,kill-ingest+pause-all-brokers]`. A stack is two ingest hosts, two projectors, three Kafka nodes, a Postgres primary and
 * its replica; faults come by the seed, and an oracle compares book, log and projection every ten rounds. After a hundred rounds a stack is
 * checked as a whole, added to the tally file, and replaced by a new one. `--stacks`: so many at the same time, each with its share of the rounds.
 * `--haproxy`: webhooks come through HAProxy, to one address. `--rounds 0 --tally FILE` only adds up what the file holds.
 *
 * Ctrl-C ends it after the round that is under way. Exit code 1 where something was found; then the stack's folder stays.
 */
import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { FAULT_KINDS, type FaultName } from './plan/fault-kinds.ts'
import { planOnly, planRound } from './plan/plan-round.ts'
import { playSideBySide, sharesOf } from './play-side-by-side.ts'
import { playStack } from './play-stack.ts'
import { codeVersion } from './tally/code-version.ts'
import { renderTally } from './tally/render-tally.ts'
import { addRun, readRuns } from './tally/tally-file.ts'

const SEED_MAX = 2 ** 31 - 1
const ROUNDS_DEFAULT = 20
const PER_SECOND_DEFAULT = 100
/** Then a stack is checked as a whole and replaced: what is added to the tally is not lost when a long run is ended. */
const ROUNDS_A_STACK = 100

const text = { type: 'string' } as const
const options = { rounds: text, seed: text, minutes: text, 'per-second': text, from: text, only: text, stacks: text, tally: text, haproxy: { type: 'boolean' } } as const
const { values } = parseArgs({ args: process.argv.slice(2).filter((arg) => arg !== '--'), options, strict: true })
const number = (option: Exclude<keyof typeof options, 'haproxy'>, otherwise: number): number => {
  const given = Number(values[option] ?? otherwise)
  if (!Number.isSafeInteger(given) || given < 0 || given > SEED_MAX) throw new TypeError(`--${option} is "${values[option]}"; needed is a whole number from 0 to ${SEED_MAX}`)
  return given
}
const seed = number('seed', randomInt(SEED_MAX))
const rounds = number('rounds', values.minutes === undefined ? ROUNDS_DEFAULT : SEED_MAX)
const minutes = number('minutes', SEED_MAX)
const perSecond = number('per-second', PER_SECOND_DEFAULT)
const from = number('from', 0)
const stacks = number('stacks', 1)
const haproxy = values.haproxy ?? false
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

const stopping = new AbortController()
process.on('SIGINT', () => {
  // The reaper ends what a second one leaves.
  if (stopping.signal.aborted) process.exit(130)
  stopping.abort()
  print('stopping after this round')
})
process.on('SIGTERM', () => process.exit(143))
process.on('disconnect', () => process.exit(143))

const began = performance.now()
const isOver = (): boolean => stopping.signal.aborted || performance.now() - began >= minutes * 60_000
const planned = (round: number) => (only.length > 0 ? planOnly(seed, only, round) : planRound(seed, round))
const temporary = values.tally === undefined ? await mkdtemp(join(tmpdir(), 'rollcall-tally-')) : null
const tallyFile = values.tally ?? join(temporary ?? '', 'runs')

/** One stack after the other; the exit code. */
const playInTurn = async (): Promise<number> => {
  const commit = await codeVersion()
  for (let done = 0; done < rounds && !isOver(); ) {
    const upTo = Math.min(rounds, done + ROUNDS_A_STACK)
    const nextRound = (nth: number) => (done + nth >= upTo || isOver() ? null : planned(from + done + nth))
    const { run, report } = await playStack({ commit, seed, from: from + done, haproxy, perSecond, nextRound, onLine: print })
    await addRun(tallyFile, run)
    const { faults: _, ...told } = report
    print(JSON.stringify({ seed, from: run.from, ...told, rebuiltEqual: run.rebuiltEqual, seconds: run.seconds, cpuSeconds: run.cpuSeconds }, null, 1))
    if (run.findings.length > 0 || !run.rebuiltEqual) return 1
    done += Math.max(1, run.rounds)
  }
  return 0
}

const playShares = (): Promise<number> =>
  playSideBySide({
    main: fileURLToPath(import.meta.url),
    shares: sharesOf({ from, rounds }, stacks),
    argsOf: (share) => [
      ...Object.entries({ seed, from: share.from, rounds: share.rounds, 'per-second': perSecond, tally: tallyFile }).flatMap(([name, value]) => [`--${name}`, String(value)]),
      ...(haproxy ? ['--haproxy'] : []),
      ...(values.minutes === undefined ? [] : ['--minutes', values.minutes]),
      ...(values.only === undefined ? [] : ['--only', values.only]),
    ],
    onLine: print,
    signal: stopping.signal,
  })

print(`--seed ${seed} --rounds ${rounds} --per-second ${perSecond} --from ${from}${haproxy ? ' --haproxy' : ''}${only.length === 0 ? '' : ` --only ${values.only}`}`)
const code = stacks > 1 ? await playShares() : await playInTurn()
// A share tells its own figures; the tally of all is told by who shared them out.
if (process.send === undefined)
  for (const line of renderTally(
    await readRuns(tallyFile),
    FAULT_KINDS.map(({ name }) => name),
  ))
    print(line)
if (temporary !== null) await rm(temporary, { recursive: true })
process.exit(code)
