import { parseArgs } from 'node:util'
import { HOUR, SECOND } from '@rollcall/domain/time'
import { OperatorError } from '@rollcall/service/operator-error'
import { type AccountRange, parseRange } from './parse-range.ts'

/** What `main.js once …` was asked for. Times are instants; the CLI turns IST text into them. */
export interface OnceRequest extends AccountRange {
  readonly json: boolean
  /** Go on until every window of the range is final. */
  readonly untilFinal: boolean
  /** Give up after this long; for `untilFinal`. */
  readonly timeoutMs: number
}

/** Exotel answers about six months (contract §7). */
export const RANGE_DAYS_MAX = 186
/** A range that ends now is final after four hours and 24 minutes, if nothing is in the way. */
export const TIMEOUT_MS_DEFAULT = 6 * HOUR

/** Reads the arguments after `once`. @throws OperatorError naming the argument, its value and what is needed. */
export const parseOnce = (args: readonly string[]): OnceRequest => {
  const { values } = readArguments(args)
  const range = parseRange(values, RANGE_DAYS_MAX, 'as long as Exotel keeps calls')
  return { ...range, json: values.json ?? false, untilFinal: values['until-final'] ?? false, timeoutMs: timeoutOf(values.timeout) }
}

const timeoutOf = (text: string | undefined): number => {
  if (text === undefined) return TIMEOUT_MS_DEFAULT
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new OperatorError(`--timeout is ${JSON.stringify(text)}; needed is a number of seconds, such as 21600`)
  return Number(text) * SECOND
}

const readArguments = (args: readonly string[]) => {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({ args: [...args], options: { account: text, from: text, to: text, json: flag, 'until-final': flag, timeout: text }, strict: true })
  } catch (error) {
    throw new OperatorError(`${(error as Error).message}; needed is: once --account SID --from TIME --to TIME [--until-final [--timeout SECONDS]] [--json]`)
  }
}
