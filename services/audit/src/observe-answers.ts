import { meter } from '@rollcall/telemetry/meter'
import { METRICS } from '@rollcall/telemetry/metric-names'

const BOUNDARIES_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]

/** Counts answers, and how long they took, by route and status. */
export const observeAnswers = (): ((route: string, status: number, seconds: number) => void) => {
  const histogram = meter().createHistogram(METRICS.auditAnswerSeconds, {
    description: 'From a question to its answer',
    unit: 's',
    advice: { explicitBucketBoundaries: BOUNDARIES_SECONDS },
  })
  return (route, status, seconds) => histogram.record(seconds, { route, status })
}
