import type { Clock } from '@rollcall/domain/time'
import { meter } from '@rollcall/telemetry/meter'
import { METRICS } from '@rollcall/telemetry/metric-names'
import type { HourlyChecks } from './check-hourly.ts'

/** Shows what checks of days found, whenever metrics are read. */
export const observeChecks = (checks: Pick<HourlyChecks, 'standings'>, clock: Clock): void => {
  const instruments = meter()
  instruments.createObservableGauge(METRICS.checkDaysDiffering).addCallback((result) => {
    for (const [account, { differing }] of checks.standings()) result.observe(differing.length, { account })
  })
  instruments.createObservableGauge(METRICS.checkAgeSeconds).addCallback((result) => {
    for (const [account, { lastAt }] of checks.standings()) if (lastAt !== null) result.observe((clock() - lastAt) / 1_000, { account })
  })
}
