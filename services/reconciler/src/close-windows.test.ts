import { recordOf } from '@rollcall/domain/call/merge'
import { canonicalTime } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import type { ApiRow } from '@rollcall/exotel/client/api-row'
import { describe, expect, it } from 'vitest'
import { windowScans } from './close-windows.ts'
import type { ScanEvidence } from './scan-evidence.ts'

const first = windowAt(Date.UTC(2026, 0, 1))
const RANGE = { from: first.from, to: first.to + WINDOW_MS }

const row = (callSid: string, createdAt: number, values: ApiRow['facts']['values'] = { status: 'completed' }): ApiRow => ({
  callSid,
  createdAt,
  bytes: Buffer.from(callSid),
  facts: { account: 'acme', callSid, source: 'poll', receivedAt: createdAt, vendorTime: createdAt, event: null, values: { createdAt: canonicalTime(createdAt), ...values } },
})
const held = (...rows: readonly ApiRow[]) => rows.map(({ facts }) => recordOf(facts))
const evidence = (given: Partial<ScanEvidence>): ScanEvidence => ({
  scanId: 'scan',
  startedAt: RANGE.to,
  rows: [],
  held: [],
  projectedTo: new Map(),
  found: new Set(),
  unresolved: new Set(),
  ...given,
})
const said = (given: Partial<ScanEvidence>) => windowScans(RANGE, evidence(given))

describe('what a scan says of its windows', () => {
  it('is said of every one, also where nothing was listed', () =>
    expect(said({}).map(({ windowFrom, projected, callsListed }) => [windowFrom, projected, callsListed])).toEqual([
      [first.from, true, 0],
      [first.to, true, 0],
    ]))

  it('is said of the window in which a call was created: an edge belongs to the later one', () => {
    const rows = [row('a', first.from), row('b', first.to - 1), row('c', first.to)]
    expect(said({ rows, held: held(...rows), found: new Set(['b', 'c']) }).map(({ callsListed, callsHeld, callsFound }) => [callsListed, callsHeld, callsFound])).toEqual([
      [2, 2, 1],
      [1, 1, 1],
    ])
  })

  it.each<[string, ScanEvidence['held']]>([
    ['a row of it is not held', []],
    ['a row of it says more than is held', held(row('a', first.from, {}))],
    ['a row of it says otherwise', held(row('a', first.from, { status: 'in-progress' }))],
  ])('is not projected where %s, and is where others are', (_case, ours) => {
    const [a, b] = [row('a', first.from), row('b', first.to)]
    expect(said({ rows: [a, b], held: [...ours, ...held(b)] }).map(({ projected }) => projected)).toEqual([false, true])
  })

  it('counts the calls of ours that nothing explains where they were created, and nowhere those of no known time', () => {
    const [a, b] = [row('a', first.from), row('b', first.to)]
    const timeless = recordOf({ ...a.facts, callSid: 'c', values: {} })
    expect(said({ held: [...held(a, b), timeless], unresolved: new Set(['b', 'c']) }).map(({ unresolved }) => unresolved)).toEqual([0, 1])
  })
})
