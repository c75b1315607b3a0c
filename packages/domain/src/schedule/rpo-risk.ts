/**
 * Whether the RPO is about to break: an alarm that comes on in time and does not flap.
 *
 *   calm ──what is needed exceeds nine tenths of what may be sent──► at risk ──below eight tenths for a quarter of an hour──► calm
 *
 * Both figures are of now: calls come faster, or 429s have slowed the budget down, and either may break what held at start.
 */
import { type Instant, MINUTE } from '../time.ts'

/** Requests per minute. */
export interface RpoStrain {
  /** What finding every call within the RPO takes, with as many trailing passes left out as may be. */
  readonly needed: number
  /** What may be sent for now; 0 in a silence that Exotel asked for. */
  readonly available: number
}

export interface RpoRisk {
  readonly atRisk: boolean
  /** Since when there has been less than `CALM_SHARE`; null while there is not. */
  readonly calmSince: Instant | null
}

export const AT_RISK_SHARE = 0.9
export const CALM_SHARE = 0.8
export const CALM_FOR_MS = 15 * MINUTE

export const CALM: RpoRisk = { atRisk: false, calmSince: null }

/** @param at of a clock that nobody sets, in milliseconds */
export const nextRisk = ({ atRisk, calmSince }: RpoRisk, { needed, available }: RpoStrain, at: Instant): RpoRisk => {
  if (needed > AT_RISK_SHARE * available) return { atRisk: true, calmSince: null }
  if (!atRisk) return CALM
  if (needed > CALM_SHARE * available) return { atRisk, calmSince: null }
  const since = calmSince ?? at
  return at - since >= CALM_FOR_MS ? CALM : { atRisk, calmSince: since }
}
