const FIRST_MS = 100
const BACKOFF_MS_MAX = 5_000

/** How long to wait before attempt `attempt` + 1: full jitter under a doubling bound, so that hosts do not come back in step. `random` is in [0, 1). */
export const backoffMs = (attempt: number, random: number): number => Math.ceil(random * Math.min(BACKOFF_MS_MAX, FIRST_MS * 2 ** Math.min(attempt, 16)))
