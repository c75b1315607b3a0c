import type { Instant } from '@rollcall/domain/time'
import { CommandError } from '../command-error.ts'
import { EXIT } from '../exit-code.ts'

/** An account's range as a service's one-shot command takes it. @throws CommandError (2) where it ends before it begins */
export const rangeArguments = ({ account, from, to }: { readonly account: string; readonly from: Instant; readonly to: Instant }): readonly string[] => {
  if (from >= to)
    throw new CommandError(`--from ${new Date(from).toISOString()} is not before --to ${new Date(to).toISOString()}; needed is a span that begins before it ends`, EXIT.usage)
  return ['--account', account, '--from', new Date(from).toISOString(), '--to', new Date(to).toISOString()]
}
