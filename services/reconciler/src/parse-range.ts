import { DAY, type Instant } from '@rollcall/domain/time'
import { OperatorError } from '@rollcall/service/operator-error'

export interface RangeArguments {
  readonly account?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

export interface AccountRange {
  readonly account: string
  readonly from: Instant
  readonly to: Instant
}

/** The account and the range that a one-shot command is about. @throws OperatorError naming the argument, its value and what is needed. */
export const parseRange = ({ account, from, to }: RangeArguments, daysMax: number, whyNotMore: string): AccountRange => {
  if (account === undefined) throw new OperatorError('--account is not given; needed is the sid of an account in the accounts file, such as --account acme')
  const range = { from: instant('--from', from), to: instant('--to', to) }
  if (range.from >= range.to) throw new OperatorError(`--from ${from} is not before --to ${to}; needed is a range that begins before it ends`)
  if (range.to - range.from > daysMax * DAY)
    throw new OperatorError(
      `--from ${from} --to ${to} are ${Math.ceil((range.to - range.from) / DAY)} days; needed are at most ${daysMax}, ${whyNotMore}. Choose a later --from, or make several runs.`,
    )
  return { account, ...range }
}

const instant = (name: string, text: string | undefined): Instant => {
  const at = Date.parse(text ?? '')
  if (Number.isNaN(at) || !/(Z|[+-]\d\d:\d\d)$/.test(text ?? '')) {
    throw new OperatorError(`${name} is ${text === undefined ? 'not given' : JSON.stringify(text)}; needed is a time with its zone, such as 2026-01-31T00:00:00+05:30`)
  }
  return at
}
