import type { CompletenessAnswer, StateCompleteness, WindowStateName } from '@rollcall/contracts/audit-api/measures'
import type { WindowCell } from './hours.ts'

/** A day's windows as they were known at some moment, from completeness by window: each piece is one window, in one state or in none. Pure. */
export const windowsKnownThen = ({ pieces }: Pick<CompletenessAnswer, 'pieces'>): WindowCell[] =>
  pieces.map(({ from, to, completeness }) => {
    const [known] = Object.entries(completeness.byState) as [WindowStateName, StateCompleteness][]
    const [state, counts] = known ?? [null, { listed: 0, exact: 0, unlisted: 0, claims: 0 }]
    return { from, to, state, listed: counts.listed, exact: counts.exact, unlisted: counts.unlisted, claims: counts.claims }
  })
