import { parseArgs } from 'node:util'

export type Part = 'ingest' | 'projector'

export interface BenchOptions {
  /** How long each load on ingest lasts, after its warm-up. */
  readonly seconds: number
  readonly rounds: number
  readonly parts: readonly Part[]
  /** Write a CPU profile of every Rollcall process into this folder; figures taken with it are lower. */
  readonly profileDirectory: string | null
}

export const USAGE = `pnpm bench [--seconds 1..60] [--rounds 1..9] [--only ingest|projector] [--profile <folder>]`
const SECONDS_DEFAULT = 4
const SECONDS_MAX = 60
const ROUNDS_DEFAULT = 3
const ROUNDS_MAX = 9
const PARTS: readonly Part[] = ['projector', 'ingest']

/** @throws TypeError naming the option, its value and what is needed. Pure. */
export const parseOptions = (args: readonly string[]): BenchOptions => {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: { seconds: { type: 'string' }, rounds: { type: 'string' }, only: { type: 'string' }, profile: { type: 'string' } },
    strict: true,
  })
  return {
    seconds: wholeNumber('--seconds', values.seconds, SECONDS_DEFAULT, SECONDS_MAX),
    rounds: wholeNumber('--rounds', values.rounds, ROUNDS_DEFAULT, ROUNDS_MAX),
    parts: values.only === undefined ? PARTS : [partOf(values.only)],
    profileDirectory: values.profile ?? null,
  }
}

const wholeNumber = (option: string, given: string | undefined, otherwise: number, max: number): number => {
  if (given === undefined) return otherwise
  const number = Number(given)
  if (!/^\d+$/.test(given) || number < 1 || number > max) throw new TypeError(`${option} is "${given}"; needed is a whole number from 1 to ${max}`)
  return number
}

const partOf = (given: string): Part => {
  const part = PARTS.find((known) => known === given)
  if (part === undefined) throw new TypeError(`--only is "${given}"; needed is one of ${PARTS.join(', ')}`)
  return part
}
