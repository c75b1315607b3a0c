/** A scan of a faulty API is the whole truth, or says that it is not. */
import { SECOND } from '@rollcall/domain/time'
import { createExotelClient, type ExotelClient } from '@rollcall/exotel/client/exotel-client'
import { createRequestBudget } from '@rollcall/exotel/client/request-budget'
import { virtualTime } from '@rollcall/exotel/testing/virtual-time'
import { ApiFaults } from '@rollcall/exotel-simulator/api/api-faults'
import { createVirtualClock } from '@rollcall/exotel-simulator/clock/virtual-clock'
import { type Simulator, startSimulator } from '@rollcall/exotel-simulator/start-simulator'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

const HOUR = 3_600 * SECOND
const WINDOW = 300 * SECOND
const RATES = Object.keys(ApiFaults.parse({})).filter((name) => name.endsWith('Rate'))
const RATE = 0.3

let simulator: Simulator
let client: ExotelClient
let windows: { readonly from: number; readonly to: number }[]

beforeAll(async () => {
  const clock = createVirtualClock({ spanMs: 3 * HOUR })
  simulator = await startSimulator({
    account: { sid: 'acme', apiKey: 'key', apiToken: 'token' },
    seed: 17,
    clock,
    rateLimitPerMinute: 0,
    traffic: { calls: 360, callsPerSecond: 0.1, callSeconds: { mean: 20, max: 60 } },
  })
  await simulator.play()
  await clock.sleepUntil(clock.now() + WINDOW, new AbortController().signal)
  const created = simulator.ledger.calls().map(({ truth }) => truth.createdAt)
  const first = Math.floor(Math.min(...created) / WINDOW) * WINDOW
  windows = Array.from({ length: Math.ceil((Math.max(...created) + 1 - first) / WINDOW) }, (_, nth) => ({ from: first + nth * WINDOW, to: first + (nth + 1) * WINDOW }))
})
afterAll(() => simulator?.stop())
beforeEach(async () => {
  await client?.close()
  const time = virtualTime()
  client = createExotelClient({
    account: 'acme',
    baseUrl: simulator.url,
    apiKey: 'key',
    apiToken: 'token',
    ...time,
    budget: createRequestBudget({ ratePerMinute: 100_000, ...time }),
    pageRowsMax: 7,
  })
  simulator.change({ apiFaults: { ...ApiFaults.parse({}) } })
})

const scanAll = async () => {
  const scans = []
  for (const window of windows) scans.push({ window, scan: await client.scan(window) })
  return scans
}
const trueSids = ({ from, to }: { from: number; to: number }) =>
  simulator.ledger
    .calls()
    .filter(({ truth }) => truth.createdAt >= from && truth.createdAt < to)
    .map(({ callSid }) => callSid)
    .sort()

describe('a scan', () => {
  it('without faults is complete', async () => {
    const scans = await scanAll()
    expect(scans.length).toBeGreaterThan(10)
    for (const { window, scan } of scans) expect(scan.kind === 'complete' && scan.rows.map(({ callSid }) => callSid).sort()).toEqual(trueSids(window))
  })

  it.each(RATES)('under %s tells all calls, or that it is incomplete and why', async (rate) => {
    simulator.change({ apiFaults: { [rate]: RATE, slowMs: 5 } })
    const scans = [...(await scanAll()), ...(await scanAll())]
    for (const { window, scan } of scans) {
      if (scan.kind === 'complete') expect(scan.rows.map(({ callSid }) => callSid).sort()).toEqual(trueSids(window))
      else expect(scan.reason).not.toBe('')
    }
    expect(scans.some(({ scan }) => scan.kind === 'complete')).toBe(true)
  })

  it('under all faults at once, too', async () => {
    simulator.change({ apiFaults: { ...Object.fromEntries(RATES.map((name) => [name, 0.02])), slowMs: 5 } })
    for (const { window, scan } of [...(await scanAll()), ...(await scanAll())]) {
      if (scan.kind === 'complete') expect(scan.rows.map(({ callSid }) => callSid).sort()).toEqual(trueSids(window))
    }
  })

  it('in an outage is incomplete', async () => {
    simulator.beginOutage({ of: 'api', forSeconds: 60 })
    const [window] = windows
    expect(await client.scan(window as { from: number; to: number })).toMatchObject({ kind: 'incomplete', error: { kind: 'server-error' } })
    simulator.endOutages()
  })
})
