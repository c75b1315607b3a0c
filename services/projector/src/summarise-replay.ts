import type { LetterReplay, ReplayOutcome } from './replay-dead-letters.ts'

/** Letters that remain are told one by one up to this many; all of them are in the list. */
export const TOLD_MAX = 100

/** What became of a replay, as printed for whoever started it. */
export interface ReplaySummary {
  /** Letters that tell of a call, and of those that do not. */
  readonly replayed: number
  readonly noCall: number
  /** Somebody else has replayed them. */
  readonly gone: number
  readonly remaining: number
  readonly remain: readonly { readonly id: string; readonly outcome: ReplayOutcome; readonly reason: string | null }[]
}

export const summariseReplay = async (letters: AsyncIterable<LetterReplay>): Promise<ReplaySummary> => {
  const counts: Record<ReplayOutcome, number> = { replayed: 0, 'no-call': 0, gone: 0, unreadable: 0, 'not-in-log': 0 }
  const remain: ReplaySummary['remain'][number][] = []
  for await (const { partition, logOffset, outcome, reason } of letters) {
    counts[outcome] += 1
    if ((outcome === 'unreadable' || outcome === 'not-in-log') && remain.length < TOLD_MAX) remain.push({ id: `${partition}:${logOffset}`, outcome, reason })
  }
  return { replayed: counts.replayed, noCall: counts['no-call'], gone: counts.gone, remaining: counts.unreadable + counts['not-in-log'], remain }
}
