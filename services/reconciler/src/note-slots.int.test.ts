/** What a schedule's slots came to, across restarts and hosts: by the database alone. */
import { randomUUID } from 'node:crypto'
import { ALL_LANES } from '@rollcall/domain/schedule/lane'
import { MINUTE, SECOND } from '@rollcall/domain/time'
import { beginRun, endRun } from '@rollcall/store/reconcile/runs'
import { readSchedules } from '@rollcall/store/reconcile/schedules'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { holdLease } from './hold-lease.ts'
import { noteSlots } from './note-slots.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'
import { createInstallation, type Installation } from './testing/installation.ts'

const T = Date.UTC(2026, 0, 14, 18, 30)
const EVERY = 20 * SECOND
const slot = (nth: number): number => T + nth * EVERY
const expression = '*/20 * * * * *'
const never = new AbortController().signal

let world: Installation
let deps: ReconcilerDeps

beforeAll(async () => {
  world = await createInstallation({ now: T })
})
afterAll(() => world.close())
beforeEach(() => {
  deps = world.dependencies(`a-${randomUUID().slice(0, 8)}`)
})

const note = (first: number, latest = first, { lateMs = 0, of = expression } = {}) =>
  holdLease(deps, 'test', never, (lease) =>
    noteSlots(deps, [{ group: 'rpo', first: slot(first), latest: slot(latest), expression: of }], slot(first) + lateMs, lease).then(() => true),
  )
const schedule = async () => (await readSchedules(world.pool, deps.account))[0]
/** A run that no schedule planned, between two slots. */
const otherRun = async (from: number, to: number, outcome: 'complete' | 'failed') => {
  const run = { runId: randomUUID(), kind: 'one-shot', plannedAt: slot(from), startedAt: slot(from) } as const
  await beginRun(world.pool, deps.account, { ...run, lanes: [...ALL_LANES] }, 1n)
  const tally = { scans: 0, requests: 0, windowsClosed: 0, callsFound: 0, webhooksMissing: 0 }
  await endRun(world.pool, { ...run, outcome, tally, stopReason: null, endedAt: slot(to) })
}

describe('the slots of a schedule', () => {
  it('are none before its first run', async () => {
    await note(1)
    expect(await schedule()).toEqual({
      group: 'rpo',
      expression,
      lastSlot: slot(1),
      nextSlot: slot(2),
      onTime: 1,
      late: 0,
      coalesced: 0,
      missed: 0,
      lastLateMs: null,
      missedFrom: null,
      missedTo: null,
    })
  })

  it('are missed while no process runs, and that stays visible', async () => {
    await note(1)
    await note(181)
    expect(await schedule()).toMatchObject({ lastSlot: slot(181), nextSlot: slot(182), onTime: 2, missed: 179, missedFrom: slot(2), missedTo: slot(180) })
    await note(182)
    expect(await schedule()).toMatchObject({ onTime: 3, missed: 179, missedFrom: slot(2), missedTo: slot(180) })
  })

  it('are coalesced under a run of someone else that ended, not under one that was killed', async () => {
    await note(1)
    await otherRun(2, 5, 'complete')
    await otherRun(6, 8, 'failed')
    await note(10)
    expect(await schedule()).toMatchObject({ onTime: 2, coalesced: 4, missed: 4, missedFrom: slot(6), missedTo: slot(9) })
  })

  it('are coalesced with the one that waited for a run to end, which is late', async () => {
    await note(1)
    await note(2, 5, { lateMs: 3 * EVERY })
    expect(await schedule()).toMatchObject({ lastSlot: slot(5), onTime: 1, late: 1, coalesced: 3, missed: 0, lastLateMs: 3 * EVERY })
  })

  it('that another host has run for already count once', async () => {
    await note(3)
    await note(3)
    expect(await schedule()).toMatchObject({ onTime: 1, late: 0, coalesced: 0, missed: 0, lastSlot: slot(3) })
  })

  it('that are missed are those of the expression that was in force', async () => {
    await note(0)
    await note(180, 180, { of: '0 * * * *' })
    expect(await schedule()).toMatchObject({ expression: '0 * * * *', onTime: 2, missed: 179, nextSlot: T + 120 * MINUTE })
  })
})
