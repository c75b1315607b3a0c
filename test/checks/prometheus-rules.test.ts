import { readFileSync } from 'node:fs'
import { BURN_ALERTS, BURN_TIMES_MS, FACTS_MIN } from '@rollcall/domain/slo/burn-rate'
import { HOUR, MINUTE } from '@rollcall/domain/time'
import { METRICS } from '@rollcall/telemetry/metric-names'
import { describe, expect, it } from 'vitest'

const rules = readFileSync(new URL('../../infra/prometheus/rollcall.rules.yaml', import.meta.url), 'utf8')
/** As the text of metrics has them: counters with `_total`, histograms in three. */
const names = new Set(Object.values(METRICS).flatMap((name) => [name, `${name}_total`, `${name}_bucket`, `${name}_sum`, `${name}_count`]))
const windowName = (ms: number): string => (ms < HOUR ? `${ms / MINUTE}m` : ms < 24 * HOUR ? `${ms / HOUR}h` : `${ms / (24 * HOUR)}d`)

describe('the alert rules for Prometheus', () => {
  it('ask for metrics that exist', () => {
    const used = [...rules.matchAll(/\brollcall_\w+/g)].map(([name]) => name)
    expect(used.length).toBeGreaterThan(10)
    expect(used.filter((name) => !names.has(name))).toEqual([])
  })

  it('ask for times that are measured', () => {
    const windows = [...rules.matchAll(/window="(\w+)"/g)].map(([, window]) => window)
    expect(windows.filter((window) => !BURN_TIMES_MS.map(windowName).includes(window ?? ''))).toEqual([])
  })

  it.each(BURN_ALERTS)('burn as the domain says: $name', ({ rate, longMs, shortMs }) => {
    const rule = `rollcall_timeliness_burn_rate{window="${windowName(longMs)}"} >= ${rate}
          and on (account, fact) rollcall_timeliness_burn_rate{window="${windowName(shortMs)}"} >= ${rate}
          and on (account, fact) rollcall_timeliness_facts{window="${windowName(longMs)}"} >= ${FACTS_MIN}`
    expect(rules).toContain(rule)
  })

  it('are indented by spaces, and each has a severity and a summary', () => {
    expect(rules).not.toContain('\t')
    const alerts = rules.split('- alert:').slice(1)
    expect(alerts.length).toBe(9)
    for (const alert of alerts) expect(alert).toMatch(/expr: [\s\S]+severity: (page|ticket)[\s\S]+summary: "/)
  })
})
