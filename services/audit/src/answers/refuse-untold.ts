import type { Instant } from '@rollcall/domain/time'
import { areMovesTold } from '@rollcall/store/audit/are-moves-told'
import type { MeasuredRange } from '@rollcall/store/measures/range'
import type { Queryable } from '@rollcall/store/queryable'
import { QuestionError } from '../question-error.ts'

/** What these windows were at a moment is said when all their moves until then have been read back from the audit topic. @param asOf null: now, which windows say themselves. @throws QuestionError */
export const refuseUntold = async (db: Queryable, account: string, range: MeasuredRange, asOf: Instant | null): Promise<void> => {
  if (asOf === null || (await areMovesTold(db, account, range, asOf))) return
  throw new QuestionError('not-yet', 'The audit topic has not told yet how all windows of the question were at that moment. Ask again in a minute.')
}
