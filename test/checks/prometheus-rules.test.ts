import { readFileSync } from 'node:fs'
import { RefusalReason } from '@rollcall/contracts/ingest-status'
import { BURN_ALERTS, BURN_TIMES_MS, FACTS_MIN } from '@rollcall/domain/slo/burn-rate'
import { HOUR, MINUTE, SECOND } from '@rollcall/domain/time'
import { ALARM_SHARE, UNREADY_SHARE } from '@rollcall/ingest/disk-watch'
import { CHECKPOINT_EVERY_MS } from '@rollcall/keeper/run-keeper'
import { METRICS } from '@rollcall/telemetry/metric-names'
import { describe, expect, it } from 'vitest'

const rules = readFileSync(new URL('../../infra/prometheus/rollcall.rules.yaml', import.meta.url), 'utf8')
/** As the text of metrics has them: counters with `_total`, histograms in three. */
const names = new Set(Object.values(METRICS).flatMap((name) => [name, `${name}_total`, `${name}_bucket`, `${name}_sum`, `${name}_count`]))
/** When a checkpoint is too old: for whoever is to be bound by it. */
const CHECKPOINT_OLD_MS = 15 * MINUTE
const windowName = (ms: number): string => (ms < HOUR ? `${ms / MINUTE}m` : ms < 24 * HOUR ? `${ms / HOUR}h` : `${ms / (24 * HOUR)}d`)

/** Refusals that are our doing: the disk, or more than this host takes. */
const OURS: readonly RefusalReason[] = ['spool-full', 'spool-busy', 'spool-failed', 'too-busy', 'too-many-connections']

const ruleOf = (name: string): string => rules.split('- alert:').find((rule) => rule.startsWith(` ${name}\n`)) ?? ''

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

  it.each([
    ['the newest checkpoint', 'RollcallCheckpointOld', 'min(rollcall_keeper_signed_seconds)'],
    ['what a place lacks', 'RollcallCheckpointNotPublished', 'rollcall_keeper_place_behind_seconds'],
  ])('page where %s is older than 15 minutes, which takes a keeper many turns to miss', (_, name, age) => {
    expect(ruleOf(name)).toMatch(new RegExp(`^ RollcallCheckpoint\\w+\n +expr: ${age.replace(/[()]/g, '\\$&')} > ${CHECKPOINT_OLD_MS / SECOND}\n +for: 1m\n`))
    expect(ruleOf(name)).toContain('severity: page')
    expect(CHECKPOINT_OLD_MS).toBeGreaterThanOrEqual(10 * CHECKPOINT_EVERY_MS)
  })

  it('page where no keeper tells of a checkpoint for as long, since the age of none is never too great', () => {
    expect(ruleOf('RollcallKeeperSilent')).toContain(`expr: absent(rollcall_keeper_signed_seconds)\n        for: ${CHECKPOINT_OLD_MS / MINUTE}m\n`)
    expect(ruleOf('RollcallKeeperSilent')).toContain('severity: page')
  })

  it('page where a webhook waits for more than a minute though Kafka acknowledges, and where Kafka has not for long', () => {
    expect(ruleOf('RollcallSpoolWaits')).toContain(
      'expr: rollcall_ingest_spool_oldest_seconds > 60 and on (instance, worker) rollcall_ingest_breaker_open == 0\n        for: 1m\n        labels:\n          severity: page',
    )
    expect(ruleOf('RollcallLogAway')).toContain('expr: rollcall_ingest_breaker_open == 1\n        for: 5m\n        labels:\n          severity: page')
  })

  it('page at once where another log answers, and where no projector folds, of which one that has halted cannot tell', () => {
    expect(ruleOf('RollcallLogReplaced')).toContain('expr: rollcall_ingest_log_replaced == 1\n        labels:\n          severity: page')
    expect(ruleOf('RollcallProjectionHalted')).toContain(
      'expr: max(max_over_time(rollcall_projector_folding[2m])) == 0 or absent_over_time(rollcall_projector_folding[2m])\n        for: 1m\n        labels:\n          severity: page',
    )
    expect(ruleOf('RollcallProjectionBehind')).toContain('severity: page')
  })

  it('ask for the shares of a disk at which ingest says that it fills, and leaves the balance', () => {
    expect(ruleOf('RollcallSpoolDiskFull')).toContain(
      `expr: max by (instance) (rollcall_ingest_disk_used_share) >= ${UNREADY_SHARE}\n        for: 1m\n        labels:\n          severity: page`,
    )
    expect(ruleOf('RollcallSpoolDiskFilling')).toContain(`expr: max by (instance) (rollcall_ingest_disk_used_share) >= ${ALARM_SHARE}\n`)
  })

  it('page where ingest refuses for want of something of its own, and tell of what others send it', () => {
    const asked = (name: string) => /reason(?:=|!)~"([^"]+)"/.exec(ruleOf(name))?.[1]?.split('|')
    expect(OURS.every((reason) => RefusalReason.options.includes(reason))).toBe(true)
    expect([asked('RollcallWebhooksRefused'), asked('RollcallWebhooksTurnedAway')]).toEqual([OURS, OURS])
    expect(ruleOf('RollcallWebhooksRefused')).toContain('severity: page')
  })

  it.each(['RollcallSpoolDamaged', 'RollcallDeadLetters', 'RollcallWebhooksTurnedAway', 'RollcallSpoolDiskFilling'])('open a ticket for %s, which can wait for the day', (name) => {
    expect(ruleOf(name)).toContain('severity: ticket')
  })

  it('are indented by spaces, and each has a severity and a summary', () => {
    expect(rules).not.toContain('\t')
    const alerts = rules.split('- alert:').slice(1)
    expect(alerts.length).toBe(23)
    for (const alert of alerts) expect(alert).toMatch(/expr: [\s\S]+severity: (page|ticket)[\s\S]+summary: "/)
  })
})
