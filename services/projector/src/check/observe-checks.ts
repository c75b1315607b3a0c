import type { Clock } from '@rollcall/domain/time'
import { meter } from '@rollcall/telemetry/meter'
import { METRICS } from '@rollcall/telemetry/metric-names'
import type { HourlyChecks } from './check-hourly.ts'

/** Shows what checks of days found, whenever metrics are read. */
export const observeChecks = (checks: Pick<HourlyChecks, 'standings'>, clock: Clock): void => {
  const gauge = (name: string, description: string) => meter().createObservableGauge(name, { description })

  gauge(METRICS.checkDaysDiffering, 'Days whose calls were not stored as the log has them when they were last checked').addCallback((result) => {
    for (const [account, { differing }] of checks.standings()) result.observe(differing.length, { account })
  })
  gauge(METRICS.checkAgeSeconds, 'Since a day was last checked').addCallback((result) => {
    for (const [account, { lastAt }] of checks.standings()) if (lastAt !== null) result.observe((clock() - lastAt) / 1_000, { account })
  })
}
