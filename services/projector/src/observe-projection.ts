import { meter } from '@rollcall/telemetry/meter'
import { METRICS } from '@rollcall/telemetry/metric-names'
import type { ProjectionStatus } from './projection-status.ts'

/** Shows what the projection has done, whenever metrics are read. */
export const observeProjection = (status: ProjectionStatus): void => {
  const instruments = meter()
  const counter = (name: string, of: 'observations' | 'calls' | 'deadLetters'): void =>
    instruments.createObservableCounter(name).addCallback((result) => result.observe(status[of]))
  counter(METRICS.projectorObservations, 'observations')
  counter(METRICS.projectorCallsFolded, 'calls')
  counter(METRICS.projectorDeadLetters, 'deadLetters')
  instruments.createObservableGauge(METRICS.projectorLagRecords).addCallback((result) => result.observe(Number(status.lag)))
}
