const BACKOFF_MS_MIN = 200
const BACKOFF_MS_MAX = 5_000

/** How long to wait after so many failures in a row. */
export const backoffMs = (failures: number): number => Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** (failures - 1))
