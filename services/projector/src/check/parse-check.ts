import { parseArgs } from 'node:util'
import { OperatorError } from '@rollcall/service/operator-error'
import { z } from 'zod'

/** A day of IST of one account or, where that is null, of all; or one closed day that is chosen by a seed. */
export type CheckRequest = (
  | { readonly day: string; readonly account: string | null; readonly seed: null }
  | { readonly day: null; readonly account: null; readonly seed: string }
) & {
  readonly json: boolean
}

const NEEDED = 'needed is: check --day 2026-11-25 [--account SID] [--json], or check --random [--seed TEXT] [--json]'
const SEED_CHARACTERS_MAX = 256

/** Reads the arguments after `check`. @param freshSeed where none is given @throws OperatorError for any other. */
export const parseCheck = (args: readonly string[], freshSeed: () => string): CheckRequest => {
  const { day, account, random, seed, json = false } = read(args)
  if ((day === undefined) === (random !== true) || (day === undefined ? account : seed) !== undefined) throw new OperatorError(NEEDED)
  if (day === undefined) {
    if (seed !== undefined && (seed === '' || seed.length > SEED_CHARACTERS_MAX)) throw new OperatorError(`--seed needs 1 to ${SEED_CHARACTERS_MAX} characters; ${NEEDED}`)
    return { day: null, account: null, seed: seed ?? freshSeed(), json }
  }
  if (!z.iso.date().safeParse(day).success) throw new OperatorError(`--day is ${day}, which is no day; ${NEEDED}`)
  return { day, account: account ?? null, seed: null, json }
}

const read = (args: readonly string[]) => {
  try {
    const options = { day: { type: 'string' }, account: { type: 'string' }, random: { type: 'boolean' }, seed: { type: 'string' }, json: { type: 'boolean' } } as const
    return parseArgs({ args: [...args], options, strict: true }).values
  } catch (error) {
    throw new OperatorError(`${(error as Error).message}; ${NEEDED}`)
  }
}
