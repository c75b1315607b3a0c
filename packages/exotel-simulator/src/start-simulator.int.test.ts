import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { LedgerCall, LedgerWebhook } from './calls/ledger-call.ts'
import { createAcceleratedClock } from './clock/accelerated-clock.ts'
import { createManualClock } from './clock/manual-clock.ts'
import type { SimulatorEvent } from './simulator-event.ts'
import type { SimulatorOptions } from './simulator-options.ts'
import { type Simulator, startSimulator } from './start-simulator.ts'

const ACCOUNT = { sid: 'acme', apiKey: 'key', apiToken: 'token' }
const BASIC = `Basic ${Buffer.from('key:token').toString('base64')}`
const START = Date.UTC(2026, 10, 24, 3)
const MINUTE = 60_000
const QUICK = { callsPerSecond: 1, calls: 20, callSeconds: { mean: 5, max: 10 }, kinds: { 'outbound-extended': 1, 'inbound-passthru': 1 } }

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

/** A receiver that answers as told and remembers what came. */
const startSink = async (answer: (request: IncomingMessage, response: ServerResponse, number: number) => void = (_request, response) => response.end()) => {
  const received: { method: string; url: string; body: string }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push({ method: request.method ?? '', url: request.url ?? '', body: Buffer.concat(chunks).toString() })
      answer(request, response, received.length)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  )
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/acme/secret` }
}

const start = async (options: Partial<SimulatorOptions>): Promise<Simulator> => {
  const simulator = await startSimulator({ account: ACCOUNT, seed: 11, ...options })
  open.push(() => simulator.stop())
  return simulator
}
const webhooksOf = (simulator: Simulator): readonly LedgerWebhook[] => simulator.ledger.calls().flatMap(({ webhooks }) => webhooks)
const count = (webhooks: readonly LedgerWebhook[], matches: (webhook: LedgerWebhook) => boolean) => webhooks.filter(matches).length

describe('10,000 calls of one hour', () => {
  it('are played against a receiver that gets exactly what the ledger says was delivered', async () => {
    const sink = await startSink()
    const events: SimulatorEvent[] = []
    const simulator = await start({
      webhookUrl: sink.url,
      traffic: { callsPerSecond: 3.4, calls: 10_000, callSeconds: { mean: 45, max: 300 } },
      faults: { dropRate: 0.05, duplicateRate: 0.02, delay: { rate: 0.02, seconds: 30 }, reorderRate: 0.05 },
      clock: createAcceleratedClock({ spanMs: 60 * MINUTE, factor: 450 }),
      onEvent: (event) => events.push(event),
    })
    const began = performance.now()
    await simulator.play()
    expect(performance.now() - began).toBeLessThan(30_000)

    const webhooks = webhooksOf(simulator)
    const stats = simulator.stats()
    expect(simulator.ledger.calls().length).toBe(10_000)
    expect(count(webhooks, ({ outcome }) => outcome === 'pending')).toBe(0)
    expect(count(webhooks, ({ outcome }) => outcome === 'dropped-on-purpose')).toBe(count(webhooks, ({ faults }) => faults.includes('drop')))
    const delivered = count(webhooks, ({ outcome }) => outcome === 'delivered')
    const copies = count(webhooks, ({ duplicateOutcome }) => duplicateOutcome === 'delivered')
    expect(copies).toBe(count(webhooks, ({ faults }) => faults.includes('duplicate')))
    expect(sink.received.length).toBe(delivered + copies)
    expect(stats).toMatchObject({
      callsBegun: 10_000,
      webhooksExpected: webhooks.length,
      webhooksPending: 0,
      webhooksDelivered: delivered,
      duplicatesDelivered: copies,
      playing: false,
    })
    expect(stats.webhooksDelivered + stats.webhooksDropped).toBe(webhooks.length)
    expect(events.length).toBe(10_000 + webhooks.length + copies)
    for (const { sentAt, dueAt, outcome } of webhooks) if (outcome === 'delivered') expect(sentAt).toBeGreaterThanOrEqual(dueAt)
  })

  it('are the same calls, faults and bytes when played again', async () => {
    const played = async () => {
      const sink = await startSink()
      const clock = createManualClock(START)
      const simulator = await start({ webhookUrl: sink.url, clock, traffic: { ...QUICK, calls: 200 }, faults: { dropRate: 0.1, duplicateRate: 0.1 } })
      const playing = simulator.play()
      await clock.advanceTo(START + 20 * MINUTE)
      await playing
      return { bodies: sink.received.map(({ url, body }) => url + body).sort(), faults: webhooksOf(simulator).map(({ faults }) => faults) }
    }
    const [one, other] = [await played(), await played()]
    expect(one.bodies.length).toBeGreaterThan(200)
    expect(other).toEqual(one)
  })
})

describe('a receiver that does not answer 2xx', () => {
  const play = async (sinkUrl: string | null, options: Partial<SimulatorOptions> = {}) => {
    const clock = createManualClock(START)
    const simulator = await start({ ...(sinkUrl === null ? {} : { webhookUrl: sinkUrl }), clock, traffic: QUICK, ...options })
    const playing = simulator.play()
    for (let minute = 1; minute <= 40 && simulator.stats().webhooksPending + Number(simulator.stats().playing) > 0; minute++) {
      await clock.advanceTo(START + minute * MINUTE)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await playing
    return simulator
  }

  it('refuses', async () => {
    const sink = await startSink((_request, response) => response.writeHead(503).end())
    const simulator = await play(sink.url)
    for (const webhook of webhooksOf(simulator)) expect(webhook).toMatchObject({ outcome: 'refused', attempts: 1, httpStatus: 503 })
    expect(sink.received.length).toBe(webhooksOf(simulator).length)
  })

  it('steers a Passthru by 302, which is an answer, but refuses a status callback by it', async () => {
    const sink = await startSink((_request, response) => response.writeHead(302, { location: '/elsewhere' }).end())
    const simulator = await play(sink.url)
    for (const { event, outcome } of webhooksOf(simulator)) expect(outcome).toBe(event === 'passthru' ? 'delivered' : 'refused')
  })

  it.each([
    { retries: 'none', attempts: 1 },
    { retries: 'twice-at-once', attempts: 3 },
    { retries: 'after-5-and-15-minutes', attempts: 3 },
  ] as const)('is tried $attempts times under the profile $retries', async ({ retries, attempts }) => {
    const sink = await startSink((_request, response) => response.writeHead(500).end())
    const simulator = await play(sink.url, { webhooks: { retries } })
    for (const webhook of webhooksOf(simulator)) expect(webhook).toMatchObject({ outcome: 'refused', attempts })
    expect(sink.received.length).toBe(attempts * webhooksOf(simulator).length)
    expect(new Set(sink.received.map(({ url, body }) => url + body)).size).toBe(webhooksOf(simulator).length)
  })

  it('gets the webhook when a retry meets a better moment', async () => {
    const sink = await startSink((request, response, number) => (number <= 10 ? request.socket.destroy() : response.end()))
    const simulator = await play(sink.url, { webhooks: { retries: 'after-5-and-15-minutes' } })
    expect(simulator.stats()).toMatchObject({ webhooksGivenUp: 0, webhooksRefused: 0, webhooksDelivered: webhooksOf(simulator).length })
    expect(count(webhooksOf(simulator), ({ attempts }) => attempts > 1)).toBe(10)
  })

  it('is given up when it cannot be reached, says nothing in time, or was never named', async () => {
    const silent = await startSink(() => {})
    const tooLate = await play(silent.url, { webhooks: { timeoutMs: 200 }, traffic: { ...QUICK, calls: 2 } })
    const refused = await play('http://127.0.0.1:1/hooks')
    const nowhere = await play(null)
    for (const simulator of [tooLate, refused]) {
      expect(webhooksOf(simulator).length).toBeGreaterThan(0)
      for (const webhook of webhooksOf(simulator)) expect(webhook).toMatchObject({ outcome: 'given-up', attempts: 1, httpStatus: null })
    }
    for (const webhook of webhooksOf(nowhere)) expect(webhook).toMatchObject({ outcome: 'given-up', attempts: 0, sentAt: null })
  })
})

describe('over HTTP', () => {
  const ask = (simulator: Simulator, path: string) => fetch(simulator.url + path, { headers: { authorization: BASIC } })

  it('answers the API with the vendor’s clock in Date', async () => {
    const clock = createManualClock(START)
    const simulator = await start({ clock, traffic: QUICK })
    const answer = await ask(simulator, '/v1/Accounts/acme/Calls.json')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('date')).toBe(new Date(START).toUTCString())
    expect(await answer.json()).toMatchObject({ Metadata: { Total: 0, NextPageUri: null }, Calls: [] })
    expect((await fetch(`${simulator.url}/v1/Accounts/acme/Calls.json`)).status).toBe(401)
  })

  it('limits requests and counts them', async () => {
    const simulator = await start({ rateLimitPerMinute: 2, traffic: QUICK })
    const statuses: number[] = []
    for (let number = 0; number < 4; number++) statuses.push((await ask(simulator, '/v1/Accounts/acme.json')).status)
    expect(statuses).toEqual([200, 200, 429, 429])
    expect(simulator.stats()).toMatchObject({ apiRequests: 4, apiRequestsLimited: 2 })
  })

  it('shows every ended call in the list, its rows those of the ledger', async () => {
    const sink = await startSink()
    const clock = createManualClock(START)
    const simulator = await start({ clock, webhookUrl: sink.url, rateLimitPerMinute: 0, traffic: { ...QUICK, calls: 30 } })
    const playing = simulator.play()
    await clock.advanceTo(START + 10 * MINUTE)
    await playing
    const { Calls } = (await (await ask(simulator, '/v1/Accounts/acme/Calls.json?SortBy=DateCreated:asc')).json()) as { Calls: { Sid: string; Status: string }[] }
    expect(Calls.map(({ Sid, Status }) => [Sid, Status])).toEqual(simulator.ledger.calls().map(({ callSid, truth }) => [callSid, truth.status]))
  })

  it('tells its ledger and its counts to whoever watches', async () => {
    const sink = await startSink()
    const clock = createManualClock(START)
    const simulator = await start({ clock, webhookUrl: sink.url, traffic: QUICK })
    const playing = simulator.play()
    await clock.advanceTo(START + 10 * MINUTE)
    await playing
    const lines = (await (await fetch(`${simulator.url}/sim/ledger`)).text()).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line) as LedgerCall)).toEqual(simulator.ledger.calls())
    expect(await (await fetch(`${simulator.url}/sim/stats`)).json()).toEqual(simulator.stats())
  })
})

describe('an endless play', () => {
  it('keeps a bounded number of calls, and stops when told, twice if need be', async () => {
    const sink = await startSink()
    const clock = createManualClock(START)
    const simulator = await start({ clock, webhookUrl: sink.url, callsKeptMax: 1_000, traffic: { callsPerSecond: 50, callSeconds: { mean: 2, max: 5 }, kinds: { dashboard: 1 } } })
    const playing = simulator.play()
    await clock.advanceTo(START + 2 * MINUTE)
    const stats = simulator.stats()
    expect(stats.callsBegun).toBeGreaterThan(5_000)
    expect(simulator.ledger.calls().length).toBeLessThan(2_100)
    expect(stats.callsForgotten + simulator.ledger.calls().length).toBe(stats.callsBegun)
    await simulator.stop()
    await simulator.stop()
    await playing
    await expect(simulator.play()).rejects.toThrow('play() was called before')
  })

  it('sends to a new address from the moment it is given one', async () => {
    const [one, other] = [await startSink(), await startSink()]
    const clock = createManualClock(START)
    const simulator = await start({ clock, webhookUrl: one.url, traffic: { ...QUICK, calls: null } })
    const playing = simulator.play()
    await clock.advanceTo(START + MINUTE)
    await new Promise((resolve) => setTimeout(resolve, 50))
    const before = one.received.length
    simulator.setWebhookUrl(other.url)
    await clock.advanceTo(START + 2 * MINUTE)
    await new Promise((resolve) => setTimeout(resolve, 50))
    await simulator.stop()
    await playing
    expect(before).toBeGreaterThan(0)
    expect(one.received.length).toBe(before)
    expect(other.received.length).toBeGreaterThan(0)
  })

  it('ends with what its listener throws', async () => {
    const clock = createManualClock(START)
    const simulator = await start({
      clock,
      traffic: QUICK,
      onEvent: (event) => {
        if (event.type === 'webhook-settled') throw new Error('the view broke')
      },
    })
    const playing = expect(simulator.play()).rejects.toThrow('the view broke')
    await clock.advanceTo(START + 5 * MINUTE)
    await playing
  })
})

describe('a simulator that goes on from an earlier ledger', () => {
  it('still knows the calls of then, and makes others under the same seed', async () => {
    const clock = createAcceleratedClock({ spanMs: 10 * MINUTE, factor: 600 })
    const before = await start({ traffic: QUICK, clock })
    await before.play()
    const history = JSON.parse(JSON.stringify(before.ledger.calls())) as LedgerCall[]
    const after = await start({ traffic: QUICK, history })
    const playing = after.play()
    await after.stop()
    await playing
    const sids = after.ledger.calls().map((call) => call.callSid)
    expect(sids.slice(0, history.length)).toEqual(history.map((call) => call.callSid))
    expect(new Set(sids).size).toBe(sids.length)

    const again = await start({ history: history.slice(5) })
    const [oldest] = history.slice(5)
    const list = await fetch(`${again.url}/v1/Accounts/acme/Calls.json?PageSize=100`, { headers: { authorization: BASIC } })
    const { Calls, Metadata } = (await list.json()) as { Calls: { Sid: string }[]; Metadata: { Total: number } }
    expect(Metadata.Total).toBe(15)
    expect(Calls.map(({ Sid }) => Sid).sort()).toEqual(
      history
        .slice(5)
        .map((call) => call.callSid)
        .sort(),
    )
    expect(again.ledger.call(oldest?.callSid ?? '')).toBeDefined()
    expect(again.stats().callsForgotten).toBe(0)
  })
})
