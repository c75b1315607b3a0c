/**
 * Leaves Exotel alone while it fails, so that an outage is not met with the whole budget and every retry.
 *
 *   closed ──so many failures in a row──► open ──after a while──► half-open: one request goes through, the others are refused
 *     ▲                                     ▲                         │
 *     └───────────── it succeeded ──────────┼── it failed: twice as long
 */
import { MINUTE, SECOND } from '@rollcall/domain/time'
import { ExotelError, type ExotelErrorKind } from './exotel-error.ts'

/** Two requests with all their attempts. */
export const BREAKER_FAILURES_MAX = 10
const OPEN_MS_BASE = 5 * SECOND
export const BREAKER_OPEN_MS_MAX = MINUTE

/** What says that Exotel is not there. All else is an answer, if perhaps not the one that was hoped for; a 429 is the budget's. */
const FAILURES: ReadonlySet<ExotelErrorKind> = new Set(['timed-out', 'not-reached', 'connection-lost', 'server-error', 'html', 'not-json'])

export interface CircuitBreaker {
  /** Does the work, or rejects with ExotelError `unavailable` without doing it. */
  execute<T>(work: () => Promise<T>): Promise<T>
  snapshot(): BreakerSnapshot
}

export interface BreakerSnapshot {
  readonly state: 'closed' | 'open' | 'half-open'
  readonly failuresInARow: number
  /** How often it has opened since the process started. */
  readonly openings: number
  /** Until a request is let through again; 0 unless open. */
  readonly openForMs: number
}

export interface CircuitBreakerOptions {
  /** Whether an error says that Exotel is not there, rather than that it does not like the question. */
  readonly monotonic: () => number
  /** In [0, 1): an opening lasts between half and all of its time, so that several processes do not come back together. */
  readonly random: () => number
}

export const createCircuitBreaker = ({ monotonic, random }: CircuitBreakerOptions): CircuitBreaker => {
  let failuresInARow = 0
  let openings = 0
  /** In a row, without a success between. */
  let openedInARow = 0
  let openUntil: number | null = null
  let isProbing = false
  let lastFailure: ExotelErrorKind | null = null

  const open = (): void => {
    const ms = Math.min(BREAKER_OPEN_MS_MAX, OPEN_MS_BASE * 2 ** openedInARow)
    openUntil = monotonic() + ms * (0.5 + random() / 2)
    openings += 1
    openedInARow += 1
  }

  const close = (): void => {
    failuresInARow = 0
    openedInARow = 0
    openUntil = null
  }

  const openForMs = (): number => Math.max(0, (openUntil ?? 0) - monotonic())

  return {
    async execute(work) {
      const isProbe = openUntil !== null
      if (isProbe && (isProbing || openForMs() > 0))
        throw new ExotelError('unavailable', `${failuresInARow} requests in a row failed (the last: ${lastFailure}), so Exotel is left alone for now`, {
          retryAfterMs: openForMs(),
        })
      if (isProbe) isProbing = true
      try {
        const result = await work()
        close()
        return result
      } catch (error) {
        const kind = error instanceof ExotelError ? error.kind : null
        if (kind === null || kind === 'stopped') throw error
        if (!FAILURES.has(kind)) close()
        else {
          failuresInARow += 1
          lastFailure = kind
          if (isProbe || failuresInARow === BREAKER_FAILURES_MAX) open()
        }
        throw error
      } finally {
        if (isProbe) isProbing = false
      }
    },
    snapshot: () => ({ state: openUntil === null ? 'closed' : openForMs() > 0 ? 'open' : 'half-open', failuresInARow, openings, openForMs: openForMs() }),
  }
}
