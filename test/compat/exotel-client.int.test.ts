/** The REST client against everything that Exotel's API may turn out to do: it lists every call that is listed, finds every call by Sid, and says what the list takes. */
import { HOUR, MINUTE, SECOND } from '@rollcall/domain/time'
import { createExotelClient, type ExotelClient } from '@rollcall/exotel/client/exotel-client'
import { createRequestBudget } from '@rollcall/exotel/client/request-budget'
import { sleep } from '@rollcall/exotel/client/sleep'
import { CALL_KINDS } from '@rollcall/exotel-simulator/calls/call-kind'
import { createVirtualClock } from '@rollcall/exotel-simulator/clock/virtual-clock'
import type { SimulatorOptions } from '@rollcall/exotel-simulator/simulator-options'
import { type Simulator, startSimulator } from '@rollcall/exotel-simulator/start-simulator'
import { UNKNOWNS } from '@rollcall/exotel-simulator/unknowns'
import { afterEach, describe, expect, it } from 'vitest'

const ACCOUNT = { sid: 'acme', apiKey: 'key', apiToken: 'token' }
const never = new AbortController().signal
const monotonic = (): number => performance.now()

interface World {
  readonly simulator: Simulator
  readonly client: ExotelClient
  readonly range: { readonly from: number; readonly to: number }
}

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

type Settings = Pick<SimulatorOptions, 'api' | 'traffic'>

/** So many calls of every kind, all of them over and settled. */
const settled = async (seed: number, { api = {}, traffic = {} }: Settings): Promise<World> => {
  const clock = createVirtualClock({ spanMs: 24 * HOUR })
  const from = Math.floor(clock.now() / SECOND) * SECOND
  const kinds = Object.fromEntries(CALL_KINDS.map((kind) => [kind, 1]))
  const simulator = await startSimulator({
    account: ACCOUNT,
    seed,
    clock,
    rateLimitPerMinute: 0,
    api,
    traffic: { calls: 150, callsPerSecond: 0.5, callSeconds: { mean: 30, max: 120 }, kinds, ...traffic },
  })
  open.push(() => simulator.stop())
  await simulator.play()
  const last = Math.max(...simulator.ledger.calls().map(({ visible }) => visible.settledFrom))
  await clock.sleepUntil(last + SECOND, never)
  const budget = createRequestBudget({ ratePerMinute: 1_000_000, monotonic, sleep })
  const client = createExotelClient({ account: 'acme', baseUrl: simulator.url, apiKey: 'key', apiToken: 'token', budget, clock: () => clock.now(), monotonic })
  open.push(() => client.close())
  return { simulator, client, range: { from, to: clock.now() } }
}

const listedSids = async ({ client, range }: World): Promise<readonly string[]> => {
  const scan = await client.scan(range)
  if (scan.kind === 'incomplete') throw new Error(scan.reason)
  return scan.rows.map((row) => row.callSid)
}

/** What only other surfaces show is not asked for here; another zone than India's is not offered. */
const CASES = [
  ...UNKNOWNS.filter(({ setting }) => /^(api|traffic)\./.test(setting)).flatMap(({ setting, values }) => values.map((value) => ({ setting, value }))),
  ...['null', 'empty', 'missing'].map((value) => ({ setting: 'api.noNextPage', value })),
  ...['both', 'number', 'sid'].map((value) => ({ setting: 'api.listPhone', value })),
  ...['real', 'documented'].map((value) => ({ setting: 'api.uris', value })),
  { setting: 'api.pageSizeTooLarge', value: 'refuse' },
].map((row, seed) => ({ ...row, seed }))

describe.each(CASES)('where $setting is $value (seed $seed)', ({ setting, value, seed }) => {
  const [group, name] = setting.split('.') as ['api' | 'traffic', string]

  it('every call that is listed is found, each once, and any by its Sid', async () => {
    const world = await settled(seed, { [group]: { [name]: value } })
    const calls = world.simulator.ledger.calls()
    const listed = calls.filter(({ visible }) => visible.listedFrom !== null).map(({ callSid }) => callSid)
    expect(listed.length).toBeGreaterThan(100)
    expect((await listedSids(world)).toSorted()).toEqual(listed.toSorted())
    for (const { callSid } of calls.slice(0, 5)) expect(await world.client.lookup(callSid)).toMatchObject({ kind: 'found', row: { callSid, facts: { source: 'lookup' } } })
    expect(await world.client.lookup('no-such-call')).toEqual({ kind: 'absent' })
    expect(await world.client.checkAccount()).toMatchObject({ kind: 'ok' })
    expect(await world.client.checkList({ from: world.range.to - MINUTE, to: world.range.to })).toMatchObject({ kind: 'ok' })
  })
})

describe('what the list takes', () => {
  it.each([
    ['ignored', false, { details: false, duration: true, recordingUrlValidity: false }],
    ['given', true, { details: true, duration: true, recordingUrlValidity: true }],
    ['refused', true, { details: false, duration: true, recordingUrlValidity: true }],
  ] as const)('is found out where details are %s and signed recordings %s', async (listDetails, preSignedUrls, features) => {
    const { client, range } = await settled(7, { api: { listDetails, preSignedUrls } })
    const scan = await client.scan(range)
    expect(await client.askListFeatures(scan.kind === 'complete' ? scan.rows : [], {})).toMatchObject({ features })
    if (features.details) expect(await client.scan(range, { details: true })).toMatchObject({ kind: 'complete' })
  })

  it('is nothing at all where calls may not be listed, and that is told as it is', async () => {
    const { client, range } = await settled(8, { api: { listEnabled: false } })
    expect(await client.scan(range)).toMatchObject({ kind: 'incomplete', error: { kind: 'not-enabled' } })
  })
})
