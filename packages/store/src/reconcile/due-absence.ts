import type { Instant } from '@rollcall/domain/time'

/** When a call that the API denied by Sid is worth asking for again. */
export interface DueAbsence {
  /** Denied after this moment: not yet. */
  readonly askedSince: Instant
  /** Denied so often, over so long a time: not any more. */
  readonly absencesNeeded: number
  readonly absenceSpanMs: number
}

/** The condition on `rollcall.absences AS a`, left-joined, with its three parameters from `$first` on. */
export const isDueAbsence = (first: number): string =>
  `(a.call_sid IS NULL OR (a.last_at <= $${first} AND (a.times < $${first + 1} OR a.last_at - a.first_at < $${first + 2} * interval '1 millisecond')))`

export const dueAbsenceParameters = ({ askedSince, absencesNeeded, absenceSpanMs }: DueAbsence): readonly unknown[] => [new Date(askedSince), absencesNeeded, absenceSpanMs]
