import type { Window } from '@rollcall/domain/window/window'
import { readCompleteness } from '@rollcall/store/measures/read-completeness'
import { readTimeliness } from '@rollcall/store/measures/read-timeliness'
import { readWebhookYield } from '@rollcall/store/measures/read-webhook-yield'
import type { Queryable } from '@rollcall/store/queryable'
import type { TrueMeasures } from './true-measures.ts'

/** The same as Rollcall tells them, and what it holds of what is listed. */
export type ToldMeasures = TrueMeasures & { readonly exact: number }

export const toldMeasures = async (db: Queryable, account: string, range: Window): Promise<ToldMeasures> => {
  const { closed } = await readCompleteness(db, account, range)
  const { ended } = await readTimeliness(db, account, range)
  const { expected, arrived, missing } = await readWebhookYield(db, account, range)
  return {
    listed: closed.listed,
    exact: closed.exact,
    expected,
    arrived,
    missing,
    ended: ended.facts,
    endedWithinObjective: ended.withinObjective,
    endedWithinRpo: ended.withinRpo,
    endedP50Seconds: ended.p50Seconds,
    endedP99Seconds: ended.p99Seconds,
    endedMaxSeconds: ended.maxSeconds,
  }
}
