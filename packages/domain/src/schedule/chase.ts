/**
 * When a call is asked for by Sid, beside all scans. Two things are worth it:
 *   recording → the call is over and may have a recording, and no reference to it is there: it may appear a minute after the end, or an hour
 *   open      → a webhook told of the call and none of its end: where that webhook is lost, nobody else may tell for hours
 *
 * Each ask has a moment from which on it is due, and one by which it has to be made for the recording to be known in time. Between the two it
 * waits for its turn: asks that are due together share a request, so that a busy account spends few.
 */
import { DAY, type Instant, MINUTE, SECOND } from '../time.ts'
import type { ClosingPolicy } from '../window/closing-policy.ts'

export const CHASE_WHYS = ['recording', 'open'] as const
export type ChaseWhy = (typeof CHASE_WHYS)[number]

export interface Ask {
  readonly due: Instant
  readonly deadline: Instant
}

/** Asked first this long after the end, and then at ages of 60, 120 and 210 s. */
export const RECORDING_FIRST_MS = 30 * SECOND
/** No two asks are further apart while a recording may well come: what appears between two is met within 90 s and the time of a turn. */
export const RECORDING_APART_MS = 90 * SECOND
/** Late recordings come within the hour; after that each ask waits half as long again as the call has been over. */
export const RECORDING_WATCHED_MS = 75 * MINUTE
/** What the objective of four minutes after exposure (reliability R5) leaves between two asks, once a turn and an answer are taken off. */
export const RECORDING_RPO_MS = 210 * SECOND
/** Recordings come within this (contract §14: up to 15 minutes); asks that are later give way first where the budget is short. */
export const RECORDING_USUAL_MS = 15 * MINUTE
/** A recording that is not there by then is ruled out; ageing still meets it. */
export const RECORDING_RULED_OUT_MS = DAY
/** An open call is asked for this often, from this age on: with the time of a turn that leaves its end well inside ten minutes. */
export const OPEN_APART_MS = 5 * MINUTE
/** A call that has not ended so long after the longest one could last is given up; it stays visible as one that never ended. */
export const OPEN_GIVEN_UP_MS = DAY

/**
 * The next ask of a call, or null where none is worth it any more.
 * @param since when it ended (`recording`) or was first told of (`open`), by the vendor's clock
 * @param askedAt when it was last asked for; null: never
 */
export const nextAsk = (why: ChaseWhy, since: Instant, askedAt: Instant | null, { maximumCallMs, settleMs }: Pick<ClosingPolicy, 'maximumCallMs' | 'settleMs'>): Ask | null => {
  const last = Math.max(since, askedAt ?? since)
  const age = last - since
  switch (why) {
    case 'recording': {
      const due = last + (age < RECORDING_WATCHED_MS ? Math.min(Math.max(age, RECORDING_FIRST_MS), RECORDING_APART_MS) : age / 2)
      if (due > since + RECORDING_RULED_OUT_MS) return null
      return { due, deadline: Math.max(due, last + (age < RECORDING_USUAL_MS ? RECORDING_RPO_MS : Math.max(RECORDING_RPO_MS, age))) }
    }
    case 'open': {
      const longestMs = maximumCallMs + settleMs
      const due = last + (age < longestMs ? OPEN_APART_MS : Math.max(OPEN_APART_MS, age / 2))
      return due > since + longestMs + OPEN_GIVEN_UP_MS ? null : { due, deadline: due + OPEN_APART_MS }
    }
    default:
      return why satisfies never
  }
}

/**
 * Which of the due asks to make now, at most `limit`: those that can still be in time by deadline, taking turns with those that are late already,
 * so that a backlog does not make everything late and is not left for ever either.
 */
export const chooseAsks = <T extends { readonly deadline: Instant }>(due: readonly T[], now: Instant, limit: number): readonly T[] => {
  const byDeadline = due.toSorted((a, b) => a.deadline - b.deadline)
  const late = byDeadline.filter(({ deadline }) => deadline < now)
  const inTime = byDeadline.slice(late.length)
  const turns = Array.from({ length: Math.max(inTime.length, late.length) }, (_, nth) => [...inTime.slice(nth, nth + 1), ...late.slice(nth, nth + 1)])
  return turns.flat().slice(0, limit)
}
