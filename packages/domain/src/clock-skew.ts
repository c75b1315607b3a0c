import { SECOND } from './time.ts'

/** Above this, times of different machines are hard to compare; far above, windows would be misplaced. */
export const CLOCK_SKEW_WARNING_MS = 5 * SECOND
export const CLOCK_SKEW_FAILED_MS = 60 * SECOND

/** How bad it is that two clocks are so many milliseconds apart, either way. */
export const judgeSkew = (apartMs: number): 'ok' | 'warning' | 'failed' => {
  const skew = Math.abs(apartMs)
  if (skew <= CLOCK_SKEW_WARNING_MS) return 'ok'
  return skew <= CLOCK_SKEW_FAILED_MS ? 'warning' : 'failed'
}
