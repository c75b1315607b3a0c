import { parseArgs } from 'node:util'

export const LOGS = ['kafka', 'embedded'] as const
export type LogKind = (typeof LOGS)[number]

/** What the live projection, to which the rebuilt one is compared, comes from: the projector, or, where that would take too long, a rebuild before. */
export const LIVES = ['folded', 'swapped'] as const
export type Live = (typeof LIVES)[number]

export interface RebuildBenchOptions {
  readonly observations: number
  readonly calls: number
  readonly log: LogKind
  readonly live: Live
  readonly seed: number
  /** Write a CPU profile of the rebuild into this folder; figures taken with it are lower. */
  readonly profileDirectory: string | null
}

export const USAGE = `pnpm bench:rebuild [--observations 1000..100000000] [--calls 100..30000000] [--log ${LOGS.join('|')}] [--live ${LIVES.join('|')}] [--seed 0..999999] [--profile <folder>]`

/** @throws TypeError naming the option, its value and what is needed. Pure. */
export const parseOptions = (args: readonly string[]): RebuildBenchOptions => {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: {
      observations: { type: 'string' },
      calls: { type: 'string' },
      log: { type: 'string' },
      live: { type: 'string' },
      seed: { type: 'string' },
      profile: { type: 'string' },
    },
    strict: true,
  })
  const log = LOGS.find((known) => known === (values.log ?? LOGS[0]))
  if (log === undefined) throw new TypeError(`--log is "${values.log}"; needed is one of ${LOGS.join(', ')}`)
  const live = LIVES.find((known) => known === (values.live ?? LIVES[0]))
  if (live === undefined) throw new TypeError(`--live is "${values.live}"; needed is one of ${LIVES.join(', ')}`)
  const observations = wholeNumber('--observations', values.observations ?? '1000000', 1_000, 100_000_000)
  const calls = wholeNumber('--calls', values.calls ?? String(Math.ceil((observations * 3) / 10)), 100, 30_000_000)
  if (calls > observations) throw new TypeError(`--calls is ${calls}; needed is no more than --observations, which is ${observations}`)
  return { observations, calls, log, live, seed: wholeNumber('--seed', values.seed ?? '1', 0, 999_999), profileDirectory: values.profile ?? null }
}

const wholeNumber = (option: string, given: string, min: number, max: number): number => {
  const number = Number(given)
  if (!/^\d{1,9}$/.test(given) || number < min || number > max) throw new TypeError(`${option} is "${given}"; needed is a whole number from ${min} to ${max}`)
  return number
}
