import type { Completeness, DayMeasures, Measures, StateCompleteness, Timeliness, WindowStateName } from '@rollcall/contracts/audit-api/measures'
import { completenessAnswer } from '@rollcall/domain/measures/completeness-answer'
import { OBJECTIVES } from '@rollcall/domain/slo/objectives'
import { SECOND } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import type { MeasuredRange } from '@rollcall/store/measures/range'
import type { Timeliness as StoredTimeliness } from '@rollcall/store/measures/read-timeliness'
import type { WebhookYield } from '@rollcall/store/measures/read-webhook-yield'

const CLOSED: readonly WindowStateName[] = ['final', 'amended']
const NOTHING: StateCompleteness = { windows: 0, listed: 0, exact: 0, unlisted: 0, claims: 0 }

const plus = (a: StateCompleteness, b: StateCompleteness): StateCompleteness => ({
  windows: a.windows + b.windows,
  listed: a.listed + b.listed,
  exact: a.exact + b.exact,
  unlisted: a.unlisted + b.unlisted,
  claims: a.claims + b.claims,
})

/** Completeness of a range from its windows' counts by state; a state may be given more than once. Pure. */
export const assembleCompleteness = (range: MeasuredRange, counted: readonly (StateCompleteness & { readonly state: string })[]): Completeness => {
  const byState: Partial<Record<WindowStateName, StateCompleteness>> = {}
  for (const { state, windows, listed, exact, unlisted, claims } of counted) {
    const name = state as WindowStateName
    byState[name] = plus(byState[name] ?? NOTHING, { windows, listed, exact, unlisted, claims })
  }
  const closed = CLOSED.reduce((sum, state) => plus(sum, byState[state] ?? NOTHING), NOTHING)
  const windowsExpected = (range.to - range.from) / WINDOW_MS
  return { windowsExpected, closed, byState, answer: completenessAnswer({ windowsExpected, closed }) }
}

const objective = ({ withinMs, neverAboveMs }: (typeof OBJECTIVES)['ended']) => ({ withinSeconds: withinMs / SECOND, neverAboveSeconds: neverAboveMs / SECOND })

export const assembleTimeliness = (timeliness: StoredTimeliness): Timeliness => ({
  ...timeliness,
  endedBy: { ...timeliness.endedBy },
  recordedBy: { ...timeliness.recordedBy },
  objectives: { ended: objective(OBJECTIVES.ended), recorded: objective(OBJECTIVES.recorded) },
})

export const assembleYield = (webhooks: WebhookYield): Measures['webhooks'] => ({ ...webhooks, missingBy: { ...webhooks.missingBy } })

/** What a cell of the heat map is made of. Pure. */
export const dayPart = ({ completeness, timeliness: { ended, recorded }, webhooks }: Measures): Pick<DayMeasures, 'completeness' | 'timeliness' | 'webhooks'> => ({
  completeness,
  timeliness: { ended, recorded },
  webhooks,
})
