import { meter } from '@rollcall/telemetry/meter'
import { METRICS } from '@rollcall/telemetry/metric-names'
import type { ProjectionStatus } from './projection-status.ts'

/** Shows what the projection has done, whenever metrics are read. */
export const observeProjection = (status: ProjectionStatus): void => {
  const counter = (name: string, description: string) => meter().createObservableCounter(name, { description })
  const gauge = (name: string, description: string) => meter().createObservableGauge(name, { description })

  counter(METRICS.projectorObservations, 'Observations folded').addCallback((result) => result.observe(status.observations))
  counter(METRICS.projectorCallsFolded, 'Call records that batches touched').addCallback((result) => result.observe(status.calls))
  counter(METRICS.projectorDeadLetters, 'Records that no reader understood, kept with the reason').addCallback((result) => result.observe(status.deadLetters))
  counter(METRICS.projectorBatchesRefused, 'Batches that were not written: the partition was another projector’s by then, or its position had been moved').addCallback((result) =>
    result.observe(status.refused),
  )
  gauge(METRICS.projectorLagRecords, 'Records of the owned partitions that are not folded yet').addCallback((result) => result.observe(Number(status.lag)))
  gauge(METRICS.projectorFolding, '1 while it folds, or nothing waits to be folded; 0 while the log or Postgres is away').addCallback((result) =>
    result.observe(status.trouble === null ? 1 : 0),
  )
}
