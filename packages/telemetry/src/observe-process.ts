import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Attributes } from '@opentelemetry/api'
import { meter } from './meter.ts'
import { METRICS } from './metric-names.ts'

const EVENT_LOOP_RESOLUTION_MS = 20

/** Resident memory and event-loop delay of this process, measured when somebody asks. */
export const observeProcess = (attributes: Attributes = {}): void => {
  const delay = monitorEventLoopDelay({ resolution: EVENT_LOOP_RESOLUTION_MS })
  delay.enable()
  meter()
    .createObservableGauge(METRICS.processResidentBytes, { description: 'Resident memory of the process' })
    .addCallback((result) => result.observe(process.memoryUsage.rss(), attributes))
  meter()
    .createObservableGauge(METRICS.processEventLoopDelaySeconds, { description: '99th percentile of the delay of the event loop since the last scrape' })
    .addCallback((result) => {
      result.observe(delay.count === 0 ? 0 : delay.percentile(99) / 1e9, attributes)
      delay.reset()
    })
}
