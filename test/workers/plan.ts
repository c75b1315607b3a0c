import { parseArgs } from 'node:util'

export interface Plan {
  /** Nothing but the pause of one projector: what shows in a minute that a paused one writes nothing. */
  readonly pauseOnly: boolean
  /** How often partitions are made to change hands. */
  readonly rebalances: number
  /** In how long. */
  readonly minutes: number
  /** How long a projector is paused before it wakes up. */
  readonly pauseSeconds: number
  readonly recordsPerSecond: number
  readonly seed: number
}

const SEED_BELOW = 1_000_000_000

/** @throws TypeError naming the option, its value and what is needed. */
export const parsePlan = (args: readonly string[]): Plan => {
  const option = { type: 'string' } as const
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: { rebalances: option, minutes: option, pause: option, rate: option, seed: option, 'pause-only': { type: 'boolean' } },
    strict: true,
  })
  return {
    pauseOnly: values['pause-only'] ?? false,
    rebalances: number('--rebalances', values.rebalances, 100, 10_000),
    minutes: number('--minutes', values.minutes, 10, 24 * 60),
    pauseSeconds: number('--pause', values.pause, 60, 3_600),
    recordsPerSecond: number('--rate', values.rate, 400, 50_000),
    seed: number('--seed', values.seed, Date.now() % SEED_BELOW, SEED_BELOW),
  }
}

const number = (option: string, given: string | undefined, otherwise: number, max: number): number => {
  if (given === undefined) return otherwise
  const value = Number(given)
  if (!(value > 0 && value <= max)) throw new TypeError(`${option} is "${given}"; needed is a number above 0, at most ${max}`)
  return value
}

/** What is done to a projector so that its partitions change hands. */
export type Disturbance = 'kill' | 'stop' | 'pause'

/** The disturbances of a run, each with the projector it befalls: a seed gives the same again. Pure. */
export const disturbancesOf = (
  { rebalances }: Pick<Plan, 'rebalances'>,
  projectors: number,
  random: () => number,
): readonly { readonly what: Disturbance; readonly projector: number }[] =>
  Array.from({ length: rebalances }, () => ({ what: WHAT[Math.floor(random() * WHAT.length)] ?? 'kill', projector: Math.floor(random() * projectors) }))

const WHAT: readonly Disturbance[] = ['kill', 'stop', 'pause']
