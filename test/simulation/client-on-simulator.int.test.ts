/** What Rollcall's client asks for beside the list, of an Exotel that answers one way or another. */
import { SECOND } from '@rollcall/domain/time'
import { createExotelClient } from '@rollcall/exotel/client/exotel-client'
import { createRequestBudget } from '@rollcall/exotel/client/request-budget'
import { virtualTime } from '@rollcall/exotel/testing/virtual-time'
import { createVirtualClock } from '@rollcall/exotel-simulator/clock/virtual-clock'
import type { SimulatorOptions } from '@rollcall/exotel-simulator/simulator-options'
import { startSimulator } from '@rollcall/exotel-simulator/start-simulator'
import { afterEach, describe, expect, it } from 'vitest'

const HOUR = 3_600 * SECOND
const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

/** A simulator whose calls are all made and settled, and a client of it. */
const played = async (options: Partial<SimulatorOptions>) => {
  const clock = createVirtualClock({ spanMs: 8 * HOUR })
  const simulator = await startSimulator({
    account: { sid: 'acme', apiKey: 'key', apiToken: 'token' },
    seed: 23,
    clock,
    rateLimitPerMinute: 0,
    ...options,
    traffic: { calls: 60, callsPerSecond: 1, callSeconds: { mean: 20, max: 60 }, ...options.traffic },
  })
  await simulator.play()
  await clock.sleepUntil(clock.now() + HOUR, new AbortController().signal)
  const time = virtualTime()
  const client = createExotelClient({
    account: 'acme',
    baseUrl: simulator.url,
    ccmUrl: simulator.url,
    apiKey: 'key',
    apiToken: 'token',
    ...time,
    budget: createRequestBudget({ ratePerMinute: 100_000, ...time }),
  })
  open.push(
    () => simulator.stop(),
    () => client.close(),
  )
  return { simulator, client }
}

describe('looking a call up', () => {
  it.each([true, false])('finds v3 calls whether or not v1 knows them (%s)', async (v3Lookup) => {
    const { simulator, client } = await played({ traffic: { kinds: { 'outbound-v3': 1 } }, api: { v3Lookup } })
    for (const { callSid, truth } of simulator.ledger.calls().slice(0, 10)) {
      const found = await client.lookup(callSid)
      expect(found).toMatchObject({ kind: 'found', row: { callSid, createdAt: truth.createdAt } })
    }
  })

  it.each([404, 400, 200] as const)('knows that there is no such call, whichever way it is said (HTTP %s)', async (unknownCall) => {
    const { client } = await played({ api: { unknownCall } })
    expect(await client.lookup('none')).toEqual({ kind: 'absent' })
  })
})

describe('what the list takes', () => {
  it.each([
    { api: {}, features: { details: false, duration: true, recordingUrlValidity: false } },
    { api: { listDetails: 'given', preSignedUrls: true }, features: { details: true, duration: true, recordingUrlValidity: true } },
    { api: { listDetails: 'refused', durationFilter: 'ignored' }, features: { details: false, duration: false, recordingUrlValidity: false } },
    { api: { durationFilter: 'refused' }, features: { details: false, duration: false, recordingUrlValidity: false } },
  ] as const)('is found out: $features', async ({ api, features }) => {
    const { simulator, client } = await played({ api })
    const created = simulator.ledger.calls().map(({ truth }) => truth.createdAt)
    const scan = await client.scan({ from: Math.min(...created), to: Math.max(...created) + SECOND })
    if (scan.kind !== 'complete') throw new Error(scan.reason)
    expect((await client.askListFeatures(scan.rows, {})).features).toEqual(features)
  })

  it('is nothing where the account may not list', async () => {
    const { client } = await played({ api: { listEnabled: false } })
    expect(await client.checkList({ from: Date.now() - HOUR, to: Date.now() })).toMatchObject({ kind: 'failed', error: { kind: 'not-enabled' } })
  })
})

describe('the account’s numbers', () => {
  it('are told, each as well as the last heartbeat had it', async () => {
    const { client } = await played({ notices: { heartbeat: { everySeconds: 10, criticalRate: 1 } } })
    const numbers = await client.exoPhones()
    if (numbers.kind !== 'ok') throw numbers.error
    expect(numbers.exoPhones.length).toBeGreaterThan(10)
    expect(await client.exoPhoneHealth(numbers.exoPhones[0]?.sid ?? '')).toEqual({ kind: 'ok', health: { incoming: 'major-outage', outgoing: 'major-outage' } })
    expect(await client.exoPhoneHealth('none')).toMatchObject({ kind: 'failed', error: { kind: 'not-found' } })
  })
})
