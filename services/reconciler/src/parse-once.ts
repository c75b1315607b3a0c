import { parseArgs } from 'node:util'
import { DAY, type Instant } from '@rollcall/domain/time'
import { OperatorError } from '@rollcall/service/operator-error'

/** What `main.js once …` was asked for. Times are instants; the CLI turns IST text into them. */
export interface OnceRequest {
  readonly account: string
  readonly from: Instant
  readonly to: Instant
  readonly json: boolean
}

/** Exotel answers about six months (contract §7). */
export const RANGE_DAYS_MAX = 186

/** Reads the arguments after `once`. @throws OperatorError naming the argument, its value and what is needed. */
export const parseOnce = (args: readonly string[]): OnceRequest => {
  const { values } = readArguments(args)
  const { account, from, to } = values
  if (account === undefined) throw new OperatorError('--account is not given; needed is the sid of an account in the accounts file, such as --account acme')
  const range = { from: instant('--from', from), to: instant('--to', to) }
  if (range.from >= range.to) throw new OperatorError(`--from ${from} is not before --to ${to}; needed is a range that begins before it ends`)
  if (range.to - range.from > RANGE_DAYS_MAX * DAY)
    throw new OperatorError(
      `--from ${from} --to ${to} are ${Math.ceil((range.to - range.from) / DAY)} days; needed are at most ${RANGE_DAYS_MAX}, as long as Exotel keeps calls. Choose a later --from, or make several runs.`,
    )
  return { account, ...range, json: values.json ?? false }
}

const readArguments = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: { account: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' }, json: { type: 'boolean' } }, strict: true })
  } catch (error) {
    throw new OperatorError(`${(error as Error).message}; needed is: once --account SID --from TIME --to TIME [--json]`)
  }
}

const instant = (name: string, text: string | undefined): Instant => {
  const at = Date.parse(text ?? '')
  if (Number.isNaN(at) || !/(Z|[+-]\d\d:\d\d)$/.test(text ?? '')) {
    throw new OperatorError(`${name} is ${text === undefined ? 'not given' : JSON.stringify(text)}; needed is a time with its zone, such as 2026-01-31T00:00:00+05:30`)
  }
  return at
}
