import type { Source } from '@rollcall/domain/call/fact'
import { type CallRecord, fieldOf, firstTold, MILESTONES, type Milestone } from '@rollcall/domain/call/record'
import { SECOND } from '@rollcall/domain/time'
import { meter } from '@rollcall/telemetry/meter'
import { METRICS } from '@rollcall/telemetry/metric-names'

export interface FactDelay {
  readonly fact: Milestone
  readonly source: Source
  /** From the call's end until we received it; not below 0. */
  readonly delayMs: number
}

/** In seconds: webhooks take moments, passes minutes; the objectives and the RPOs are bounds of their own. */
const DELAY_SECONDS = [1, 2, 5, 10, 30, 60, 120, 150, 300, 600, 900, 1_200, 3_600, 14_400]

/** The facts that a batch made durable for the first time: those whose delay could not be told before. Pure. */
export const newFactDelays = (before: CallRecord | null, after: CallRecord): readonly FactDelay[] =>
  MILESTONES.flatMap((fact): FactDelay[] => {
    const told = firstTold(after, fact)
    const endedAt = fieldOf(after, 'endedAt')
    if (told === null || endedAt === null) return []
    if (before !== null && firstTold(before, fact) !== null && fieldOf(before, 'endedAt') !== null) return []
    return [{ fact, source: told.source, delayMs: Math.max(0, told.at - Date.parse(endedAt)) }]
  })

/** Measures how long after the end of its call each fact was received. */
export const measureFacts = (): ((account: string, delays: readonly FactDelay[]) => void) => {
  const seconds = meter().createHistogram(METRICS.factDelaySeconds, {
    description: 'From the end of a call until its end, or its recording, was received',
    advice: { explicitBucketBoundaries: DELAY_SECONDS },
  })
  return (account, delays) => {
    for (const { fact, source, delayMs } of delays) seconds.record(delayMs / SECOND, { account, fact, source })
  }
}
