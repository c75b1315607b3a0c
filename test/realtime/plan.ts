import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'

export interface RealtimePlan {
  /** For how long calls are made. */
  readonly minutes: number
  readonly callsPerSecond: number
  /** Share of webhooks that Exotel never sends. */
  readonly loss: number
  readonly seed: number
}

const SEED_MAX = 2 ** 31 - 1
const MINUTES_MAX = 600
const CALLS_PER_SECOND_MAX = 100

/** @throws TypeError naming the option, its value and what is needed. */
export const parsePlan = (args: readonly string[]): RealtimePlan => {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: { minutes: text, 'calls-per-second': text, loss: text, seed: text },
    strict: true,
  })
  return {
    minutes: numberOf('--minutes', values.minutes, 10, MINUTES_MAX),
    callsPerSecond: numberOf('--calls-per-second', values['calls-per-second'], 30, CALLS_PER_SECOND_MAX),
    loss: numberOf('--loss', values.loss, 0.1, 1),
    seed: Math.round(numberOf('--seed', values.seed, randomInt(SEED_MAX), SEED_MAX)),
  }
}

const numberOf = (option: string, given: string | undefined, otherwise: number, max: number): number => {
  const number = Number(given ?? otherwise)
  if (given?.trim() === '' || !(number >= 0 && number <= max)) throw new TypeError(`${option} is "${given}"; needed is a number from 0 to ${max}`)
  return number
}
