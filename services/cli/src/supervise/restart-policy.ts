import { type Instant, MINUTE, SECOND } from '@rollcall/domain/time'

export const RESTARTS_MAX = 5
export const RESTARTS_WITHIN_MS = MINUTE
/** So that a process that dies at once does not keep a core busy. */
const FIRST_WAIT_MS = SECOND / 4
const WAIT_MS_MAX = 5 * SECOND
/** How often a child is tried that nothing waits for. */
export const TRIED_EVERY_MS = MINUTE

export type RestartDecision = { readonly kind: 'restart'; readonly afterMs: number } | { readonly kind: 'give-up'; readonly why: string }

/** Exit code 2: an operator must act, and starting again would only say so again. */
const OPERATOR_MUST_ACT = 2

/**
 * What to do about a child that died at the last of `deaths` (oldest first). One that is not needed, since no call waits for it, is never given up, but
 * tried every minute. Pure.
 */
export const decideRestart = (deaths: readonly Instant[], exitCode: number | null, isNeeded = true): RestartDecision => {
  const decision = decideNeeded(deaths, exitCode)
  return decision.kind === 'give-up' && !isNeeded ? { kind: 'restart', afterMs: TRIED_EVERY_MS } : decision
}

const decideNeeded = (deaths: readonly Instant[], exitCode: number | null): RestartDecision => {
  if (exitCode === OPERATOR_MUST_ACT) return { kind: 'give-up', why: 'it says that somebody must act' }
  const last = deaths.at(-1) ?? 0
  const recent = deaths.filter((at) => at > last - RESTARTS_WITHIN_MS).length
  if (recent > RESTARTS_MAX) return { kind: 'give-up', why: `it ended ${recent} times within ${RESTARTS_WITHIN_MS / SECOND} s` }
  return { kind: 'restart', afterMs: Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** (recent - 1)) }
}
