import { parseArgs } from 'node:util'
import { OperatorError } from '@rollcall/service/operator-error'
import { type AccountRange, parseRange } from './parse-range.ts'

/** What `main.js backfill …` was asked for. */
export interface BackfillRequest extends AccountRange {
  readonly json: boolean
  /** Say what it would take, and do nothing. */
  readonly dryRun: boolean
}

/** Every five minutes of it are a window, also where Exotel has forgotten what was in them. */
export const BACKFILL_DAYS_MAX = 731

/** Reads the arguments after `backfill`. @throws OperatorError naming the argument, its value and what is needed. */
export const parseBackfill = (args: readonly string[]): BackfillRequest => {
  const { values } = readArguments(args)
  return { ...parseRange(values, BACKFILL_DAYS_MAX, 'far more than Exotel keeps'), json: values.json ?? false, dryRun: values['dry-run'] ?? false }
}

const readArguments = (args: readonly string[]) => {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({ args: [...args], options: { account: text, from: text, to: text, json: flag, 'dry-run': flag }, strict: true })
  } catch (error) {
    throw new OperatorError(`${(error as Error).message}; needed is: backfill --account SID --from TIME --to TIME [--dry-run] [--json]`)
  }
}
