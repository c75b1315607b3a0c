/**
 * Reading what is long past (lane history): oldest first, since Exotel forgets the oldest first. The *cliff* is where its memory ends:
 * it moves on by a second every second, and what it passes unread is gone.
 */
import { DAY, type Instant, MINUTE } from '../time.ts'
import { WINDOW_MS, type Window, windowAt } from '../window/window.ts'

/** Exotel answers queries of at most a month (contract §7); the shortest month. */
export const CHUNK_MS_MAX = 28 * DAY
/** A day: with few calls, a read of so many windows is a page or two. */
export const SLICE_WINDOWS_MAX = 288
/** Ten pages: a slice is read whole before anything else of the account is, so it must not take long. */
export const SLICE_CALLS_GOAL = 1_000
/** Most rows that Exotel gives in one page. */
const PAGE_CALLS = 100
/** Every window is read twice before it is final: once by the backfill, once more by the finalise lane. */
const READS_PER_WINDOW = 2

/** How far a backfill has come. */
export interface BackfillProgress {
  /** Bounds of windows. */
  readonly from: Instant
  readonly to: Instant
  /** Every call created before this is in the log. */
  readonly readTo: Instant
  readonly callsListed: number
  /** As Exotel counted them beforehand; a hint. Null where it did not tell. */
  readonly callsExpected: number | null
  /** Reads in a row from here that were refused: each halves the next one. */
  readonly failures: number
}

/** The oldest window that Exotel still tells of in whole. */
export const cliffAt = (now: Instant, historyMs: number): Instant => windowAt(now - historyMs).to

/** What of a range can be read, and what is beyond the cliff; null where there is nothing of it. */
export const splitAtCliff = (range: Window, now: Instant, historyMs: number): { readonly reachable: Window | null; readonly beyond: Window | null } => {
  const cliff = cliffAt(now, historyMs)
  return {
    reachable: range.to > cliff ? { from: Math.max(range.from, cliff), to: range.to } : null,
    beyond: range.from < cliff ? { from: range.from, to: Math.min(range.to, cliff) } : null,
  }
}

/** The range in pieces that one query may span, in order. */
export const chunksOf = ({ from, to }: Window): readonly Window[] => {
  const chunks: Window[] = []
  for (let begin = from; begin < to; begin += CHUNK_MS_MAX) chunks.push({ from: begin, to: Math.min(to, begin + CHUNK_MS_MAX) })
  return chunks
}

/** What to read next: from where reading stopped to the end of a window, so many windows as promise a bearable number of calls. */
export const sliceOf = (progress: BackfillProgress): Window => {
  const { readTo, to, failures } = progress
  const { calls, spanMs } = densityOf(progress)
  const windows = calls === 0 ? SLICE_WINDOWS_MAX : Math.min(SLICE_WINDOWS_MAX, Math.floor((SLICE_CALLS_GOAL * spanMs) / (calls * WINDOW_MS)))
  return { from: readTo, to: Math.min(to, windowAt(readTo).from + Math.max(1, Math.floor(windows / 2 ** failures)) * WINDOW_MS) }
}

/** Calls still to be read, as far as anybody can tell; null where nobody can. */
export const callsLeft = (progress: BackfillProgress): number | null => {
  const { from, to, readTo, callsListed, callsExpected } = progress
  if (callsExpected !== null && callsExpected > callsListed) return readTo >= to ? 0 : callsExpected - callsListed
  return readTo > from ? Math.ceil((callsListed * (to - readTo)) / (readTo - from)) : callsExpected
}

/** So many calls in so much time: by what was read so far, or by what Exotel counted; none where nothing is known. */
const densityOf = ({ from, to, readTo, callsListed, callsExpected }: BackfillProgress): { readonly calls: number; readonly spanMs: number } =>
  readTo - from >= DAY || callsExpected === null ? { calls: callsListed, spanMs: readTo - from } : { calls: callsExpected, spanMs: to - from }

export interface BackfillEstimate {
  /** Of the backfill itself, and of the second reading that closes the windows. */
  readonly requests: number
  readonly closingRequests: number
  /** If the whole of the budget went to it; what has a nearer deadline goes first. */
  readonly durationMsMin: number
}

/** What is left to spend, from the calls left and the windows that have to be asked for also where they hold none. */
export const estimateBackfill = (progress: BackfillProgress, calls: number, ratePerMinute: number): BackfillEstimate => {
  const windows = Math.ceil((progress.to - progress.readTo) / WINDOW_MS)
  const slices = Math.max(Math.ceil(windows / SLICE_WINDOWS_MAX), Math.ceil(Math.min(calls / SLICE_CALLS_GOAL, windows)))
  const requests = Math.ceil(calls / PAGE_CALLS) + slices
  return { requests, closingRequests: requests * (READS_PER_WINDOW - 1), durationMsMin: Math.ceil((requests * READS_PER_WINDOW * MINUTE) / ratePerMinute) }
}

/** Calls that will fall off the cliff before the budget reaches them. */
export interface CliffRisk {
  /** Created from here on; before it everything is read in time. */
  readonly from: Instant
  /** When the cliff catches up with the reading. */
  readonly at: Instant
  readonly callsLost: number
}

/**
 * Whether the cliff overtakes the reading: null while it does not.
 * @param requestsLeft what reading to the end takes; `ratePerMinute` what is really left for it
 */
export const cliffRisk = (
  now: Instant,
  progress: BackfillProgress,
  { requestsLeft, ratePerMinute, historyMs }: { readonly requestsLeft: number; readonly ratePerMinute: number; readonly historyMs: number },
): CliffRisk | null => {
  const { readTo, to } = progress
  if (readTo >= to || requestsLeft <= 0) return null
  const headMs = readTo - (now - historyMs)
  /** How fast reading goes through the past: milliseconds of it in one of ours. */
  const pace = ratePerMinute <= 0 ? 0 : (to - readTo) / ((requestsLeft / ratePerMinute) * MINUTE)
  if (pace >= 1 && headMs >= 0) return null
  const caughtAfterMs = headMs <= 0 ? 0 : headMs / (1 - pace)
  const from = Math.round(Math.max(readTo + caughtAfterMs * pace, readTo))
  if (from >= to) return null
  const left = callsLeft(progress) ?? 0
  // From then on the reading keeps up with the cliff and loses the rest of each moment.
  const lostShare = pace >= 1 ? Math.min(1, -headMs / (to - readTo)) : ((to - from) / (to - readTo)) * (1 - pace)
  return { from, at: Math.round(now + caughtAfterMs), callsLost: Math.ceil(left * lostShare) }
}

/** Until a backfill is so old, what the budget allows says more of its pace than what it has done. */
const PACE_KNOWN_AFTER_MS = 10 * MINUTE

/** Requests in a minute that a backfill really gets: what other lanes leave it, which may be none. */
const paceOf = (now: Instant, { requestedAt, requests }: RequestedBackfill, budgetPerMinute: number): number =>
  now - requestedAt < PACE_KNOWN_AFTER_MS ? budgetPerMinute : (requests * MINUTE) / (now - requestedAt)

interface RequestedBackfill {
  readonly requestedAt: Instant
  /** Spent on it so far. */
  readonly requests: number
}

/** Whether calls of a backfill will be forgotten unread, at the pace that it really gets. */
export const backfillRisk = (
  now: Instant,
  backfill: BackfillProgress & RequestedBackfill,
  { budgetPerMinute, historyMs }: { readonly budgetPerMinute: number; readonly historyMs: number },
): CliffRisk | null => {
  const ratePerMinute = paceOf(now, backfill, budgetPerMinute)
  const { requests: requestsLeft } = estimateBackfill(backfill, callsLeft(backfill) ?? 0, budgetPerMinute)
  return cliffRisk(now, backfill, { requestsLeft, ratePerMinute, historyMs })
}
