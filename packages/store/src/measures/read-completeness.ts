import { WINDOW_MS } from '@rollcall/domain/window/window'
import type { Queryable } from '../queryable.ts'
import type { MeasuredRange } from './range.ts'
import { readCompletenessPieces, type StateCompleteness } from './read-completeness-pieces.ts'

/** Do we hold what Exotel has? What is not proven is counted apart, not guessed. */
export interface Completeness {
  /** Windows that the range should have. */
  readonly windowsExpected: number
  /** Windows that are closed: in them, and in them alone, a call that is listed and not held is missing for good. */
  readonly closed: StateCompleteness
  /** Windows of every state there is. A window of the range that is in none was never taken on. */
  readonly byState: Readonly<Record<string, StateCompleteness>>
}

const NOTHING: StateCompleteness = { windows: 0, listed: 0, exact: 0, unlisted: 0, claims: 0 }
const CLOSED = ['final', 'amended']

/** `range` must begin and end where windows do. */
export const readCompleteness = async (db: Queryable, account: string, range: MeasuredRange): Promise<Completeness> => {
  const counted = await readCompletenessPieces(db, account, range, { ms: range.to - range.from, origin: range.from }, null)
  const byState = Object.fromEntries(counted.map(({ from: _, state, ...counts }) => [state, counts]))
  return { windowsExpected: (range.to - range.from) / WINDOW_MS, closed: CLOSED.reduce((sum, state) => plus(sum, byState[state] ?? NOTHING), NOTHING), byState }
}

const plus = (a: StateCompleteness, b: StateCompleteness): StateCompleteness => ({
  windows: a.windows + b.windows,
  listed: a.listed + b.listed,
  exact: a.exact + b.exact,
  unlisted: a.unlisted + b.unlisted,
  claims: a.claims + b.claims,
})
