import type { Measures } from '@rollcall/contracts/audit-api/measures'
import type { MeasuredRange } from '@rollcall/store/measures/range'
import { readCompletenessPieces } from '@rollcall/store/measures/read-completeness-pieces'
import { readTimeliness } from '@rollcall/store/measures/read-timeliness'
import { readWebhookYield } from '@rollcall/store/measures/read-webhook-yield'
import type { Queryable } from '@rollcall/store/queryable'
import { assembleCompleteness, assembleTimeliness, assembleYield } from './assemble-measures.ts'

/** The three measures of a range of whole windows, each by itself. */
export const readMeasures = async (db: Queryable, account: string, range: MeasuredRange): Promise<Measures> => ({
  completeness: assembleCompleteness(range, await readCompletenessPieces(db, account, range, { ms: range.to - range.from, origin: range.from }, null)),
  timeliness: assembleTimeliness(await readTimeliness(db, account, range)),
  webhooks: assembleYield(await readWebhookYield(db, account, range)),
})
