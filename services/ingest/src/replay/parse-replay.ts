import { parseArgs } from 'node:util'
import { OperatorError } from '@rollcall/service/operator-error'

export interface Span {
  /** Epoch milliseconds; half-open. */
  readonly since: number
  readonly until: number
}

/** Reads the arguments after `replay`. @throws OperatorError for any other, and where the span is empty. */
export const parseReplay = (args: readonly string[]): Span => {
  try {
    const { values } = parseArgs({ args: [...args], options: { since: { type: 'string' }, until: { type: 'string' } }, strict: true })
    const since = millisecondsOf('--since', values.since)
    const until = values.until === undefined ? Number.POSITIVE_INFINITY : millisecondsOf('--until', values.until)
    if (until <= since) throw new Error(`--since is ${since} and --until ${until}, which is not later`)
    return { since, until }
  } catch (error) {
    throw new OperatorError(`${(error as Error).message}; needed is: replay --since <epoch milliseconds> [--until <epoch milliseconds>]`)
  }
}

const millisecondsOf = (option: string, given: string | undefined): number => {
  if (given === undefined || !/^\d{1,15}$/.test(given)) throw new Error(`${option} is ${JSON.stringify(given)}`)
  return Number(given)
}
