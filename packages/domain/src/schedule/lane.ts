/**
 * A class of reconciliation work with its own deadline (design §8).
 *   chase    → calls that no listing will do for, asked for by Sid
 *   trailing → windows that have just ended: calls that ended soon after they began
 *   sweep    → the ages in between: long calls, which surface in old windows when they end
 *   finalise → windows in which no call can be running any more
 *   ageing   → windows that are final, for what changes late
 *   history  → what lies before the account's first window, and long outages
 */
export const LANES = ['chase', 'trailing', 'sweep', 'finalise', 'ageing', 'history'] as const
export type Lane = (typeof LANES)[number]

/** Lanes that share a schedule. Every lane is in exactly one. */
export const LANE_GROUPS = {
  rpo: ['chase', 'trailing', 'sweep'],
  closing: ['finalise', 'ageing'],
  history: ['history'],
} as const satisfies Record<string, readonly Lane[]>

/** What a run takes on that was not told otherwise. */
export const ALL_LANES: ReadonlySet<Lane> = new Set(LANES)

export type LaneGroup = keyof typeof LANE_GROUPS
