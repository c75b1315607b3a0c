/** What the service keeps: the fold of the audit topic, and the measures of days. */
import { randomUUID } from 'node:crypto'
import type { DaysAnswer } from '@rollcall/contracts/audit-api/measures'
import type { WindowAnswer } from '@rollcall/contracts/audit-api/window'
import { toAuditLogRecord } from '@rollcall/contracts/audit-log-record'
import { type AuditEntry, subjectOf } from '@rollcall/contracts/audit-record'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import { istDayOf } from '@rollcall/domain/ist-day'
import { canonicalTime, DAY, HOUR, MINUTE } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDayMeasurer } from './keep/measure-days.ts'
import { createInstallation, type Installation } from './testing/installation.ts'
import { seedAccount, seedCall, seedWindow } from './testing/seed.ts'

const FROM = Date.UTC(2026, 0, 31, 4)
const NOW = FROM + 10 * HOUR
const SCAN = randomUUID()

let its: Installation
beforeAll(async () => {
  its = await createInstallation(NOW)
  await seedAccount(its, 'acme', FROM)
})
afterAll(() => its?.close())

const moved = (to: 'settling' | 'provisional', at: number): AuditEntry => ({
  type: 'window-changed',
  window: { from: canonicalTime(FROM), to: canonicalTime(FROM + WINDOW_MS) },
  from: { state: 'open' },
  to: to === 'settling' ? { state: 'settling' } : { state: 'provisional', scan: SCAN, digest: 'd' },
  reason: to === 'settling' ? 'ended' : 'sound-scan',
  at: canonicalTime(at),
  evidence: {
    scans: to === 'settling' ? [] : [{ scan: SCAN, startedAt: canonicalTime(at), digest: 'd', listed: 1, held: 1, found: 0, unresolved: 0, projectedTo: null }],
    difference: null,
  },
  watermark: null,
})
const append = (entry: AuditEntry, notedAt: number, id = randomUUID() as string) =>
  its.log.append(AUDIT_TOPIC, [toAuditLogRecord({ id, account: 'acme', type: entry.type, subject: subjectOf(entry), notedAt, leaseEpoch: 1n, value: JSON.stringify(entry) })], {
    deadlineMs: 10_000,
  })

describe('the fold of the audit topic', () => {
  it('shows how a window came to be as it is, each move once and with its place in the log', async () => {
    await seedWindow(its, 'acme', FROM, { state: 'provisional', listed: 1, told: false })
    const id = randomUUID()
    await append(moved('settling', FROM + WINDOW_MS), FROM + WINDOW_MS, id)
    await append(moved('settling', FROM + WINDOW_MS), FROM + WINDOW_MS, id)
    await its.log.append(AUDIT_TOPIC, [{ key: 'acme', value: Buffer.from('{}'), headers: { ce_id: 'x' }, timestamp: FROM }], { deadlineMs: 10_000 })
    await append(moved('provisional', FROM + HOUR), FROM + HOUR)
    await its.folder.catchUp(Number.POSITIVE_INFINITY)
    const { history } = await its.read<WindowAnswer>(`/v1/accounts/acme/windows/${canonicalTime(FROM)}`)
    expect(history.map(({ to, reason, position, scans }) => [to, reason, position?.offset, scans])).toEqual([
      ['settling', 'ended', '0', []],
      ['provisional', 'sound-scan', '3', [SCAN]],
    ])
  })

  it('is the same when it is made again, and when two fold at once', async () => {
    const rows = async () => (await its.pool.query('SELECT log_offset, ce_id, to_state FROM rollcall.window_changes ORDER BY log_offset')).rows
    const before = await rows()
    await its.pool.query(`DELETE FROM rollcall.window_changes; UPDATE rollcall.audit_fold SET next_offset = 0`)
    await Promise.all([its.folder.catchUp(Number.POSITIVE_INFINITY), its.folder.catchUp(Number.POSITIVE_INFINITY), its.folder.catchUp(Number.POSITIVE_INFINITY)])
    expect(await rows()).toEqual(before)
  })

  it('goes on behind a record that nobody can read', async () => {
    const unreadable = {
      type: 'exception-action',
      exception: { kind: 'conflict', subject: ['c1'] },
      at: canonicalTime(NOW),
      by: 'somebody',
      did: { action: 'annotate', note: 'a\0b' },
    }
    await append(unreadable as AuditEntry, NOW)
    const { rows: before } = await its.pool.query('SELECT next_offset FROM rollcall.audit_fold')
    await its.folder.catchUp(Number.POSITIVE_INFINITY)
    const { rows: after } = await its.pool.query('SELECT next_offset FROM rollcall.audit_fold')
    expect(after[0].next_offset - before[0].next_offset).toBe(1n)
  })

  it('begins anew where the log is another one', async () => {
    await its.pool.query(
      `UPDATE rollcall.audit_fold SET log_cluster_id = 'another', next_offset = 1000; INSERT INTO rollcall.reveals VALUES ('acme', 1, 'x', now(), 'a', 'c', NULL, 'r'); INSERT INTO rollcall.exports VALUES ('acme', 1, 'x', now(), 'a', now(), now(), 'csv', 1)`,
    )
    await its.folder.catchUp(Number.POSITIVE_INFINITY)
    const { rows } = await its.pool.query(
      'SELECT (SELECT count(*)::int FROM rollcall.window_changes) AS changes, (SELECT count(*)::int FROM rollcall.reveals) + (SELECT count(*)::int FROM rollcall.exports) AS others',
    )
    expect(rows[0]).toEqual({ changes: 2, others: 0 })
  })

  it('is waited for no longer than one may, and goes on from there', async () => {
    await append(moved('settling', FROM + WINDOW_MS), FROM, randomUUID())
    expect(await its.folder.catchUp(0)).toBe(false)
    expect(await its.folder.catchUp(Number.POSITIVE_INFINITY)).toBe(true)
  })
})

describe('the measures of days', () => {
  const signal = new AbortController().signal
  const day = istDayOf(FROM)
  const days = async () => (await its.read<DaysAnswer>(`/v1/accounts/acme/days?from=${day}&to=${istDayOf(NOW)}`)).days

  it('are counted for every day from the first window on, and again when something in it has changed', async () => {
    const measurer = createDayMeasurer(its.pool, () => its.clock.now)
    expect(await measurer.measureOnce(signal)).toBe(1)
    expect((await days())[0]).toMatchObject({ day, completeness: { answer: 'unproven', closed: { windows: 0 }, byState: { provisional: { windows: 1, listed: 1, exact: 0 } } } })
    its.clock.now += HOUR
    expect(await measurer.measureOnce(signal)).toBe(0)
    await seedCall(its, 'acme', 'c1', [{ surface: 'call-list', receivedAt: FROM + HOUR, values: { status: 'completed', createdAt: canonicalTime(FROM) } }])
    await seedWindow(its, 'acme', FROM + WINDOW_MS, { state: 'final', listed: 0, scannedAt: its.clock.now })
    await its.pool.query(`UPDATE rollcall.windows SET state = 'final' WHERE window_from = $1`, [new Date(FROM)])
    its.clock.now += MINUTE
    expect(await measurer.measureOnce(signal)).toBe(1)
    expect((await days())[0]).toMatchObject({ completeness: { closed: { windows: 2, listed: 1, exact: 1 } } })
    // So soon after the change it may have been counted before all of it was told: once more.
    its.clock.now += HOUR
    expect(await measurer.measureOnce(signal)).toBe(1)
    expect(await measurer.measureOnce(signal)).toBe(0)
    its.clock.now += DAY
    expect(await measurer.measureOnce(signal)).toBe(1)
  })

  it('are counted again after a start, for what changed while nobody counted', async () => {
    await seedWindow(its, 'acme', FROM + 2 * WINDOW_MS, { state: 'gap', scannedAt: its.clock.now + MINUTE })
    its.clock.now += HOUR
    expect(await createDayMeasurer(its.pool, () => its.clock.now).measureOnce(signal)).toBe(1)
    expect((await days())[0]?.completeness.byState.gap?.windows).toBe(1)
  })
})
