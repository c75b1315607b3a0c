import { afterEach, describe, expect, it } from 'vitest'
import { CALL_KINDS } from './calls/call-kind.ts'
import type { LedgerCall, LedgerWebhook } from './calls/ledger-call.ts'
import { createVirtualClock } from './clock/virtual-clock.ts'
import type { LedgerHeartbeat, LedgerSms } from './notices/ledger-notice.ts'
import type { SimulatorOptions } from './simulator-options.ts'
import { type Simulator, startSimulator } from './start-simulator.ts'
import { type Receiver, startReceiver } from './testing/start-receiver.ts'
import { RETRY_PROFILES } from './webhooks/retry-profile.ts'

const ACCOUNT = { sid: 'acme', apiKey: 'key', apiToken: 'token' }
const AUTHORIZATION = `Basic ${Buffer.from('key:token').toString('base64')}`
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const EVERY_KIND = Object.fromEntries(CALL_KINDS.map((kind) => [kind, 1]))

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})
const receiver = async (...how: Parameters<typeof startReceiver>): Promise<Receiver> => {
  const started = await startReceiver(...how)
  open.push(started.close)
  return started
}
const start = async (options: Partial<SimulatorOptions> = {}): Promise<Simulator> => {
  const simulator = await startSimulator({ account: ACCOUNT, seed: 5, rateLimitPerMinute: 0, clock: createVirtualClock({ spanMs: 12 * HOUR }), ...options })
  open.push(() => simulator.stop())
  return simulator
}
const webhooksOf = (simulator: Simulator): readonly LedgerWebhook[] => simulator.ledger.calls().flatMap(({ webhooks }) => webhooks)
const get = (simulator: Simulator, path: string, base = simulator.url) => fetch(new URL(path, base), { headers: { authorization: AUTHORIZATION } })
const TRAFFIC = { calls: 60, callsPerSecond: 1, callSeconds: { mean: 20, max: 60 } }

describe('a day of calls', () => {
  it('is played in seconds, in the order of its time', async () => {
    const sink = await receiver()
    const simulator = await start({
      webhookUrl: sink.url,
      clock: createVirtualClock({ spanMs: DAY }),
      traffic: { calls: 4_000, callsPerSecond: 4_000 / (DAY / 1_000 - 4 * 3_600 - 600), longCalls: { share: 0.02 }, kinds: EVERY_KIND },
    })
    const began = performance.now()
    await simulator.play()
    expect(performance.now() - began).toBeLessThan(30_000)
    const calls = simulator.ledger.calls()
    const created = calls.map(({ truth }) => truth.createdAt)
    expect(created).toEqual([...created].sort((one, other) => one - other))
    expect((created.at(-1) as number) - (created[0] as number)).toBeGreaterThan(0.7 * DAY)
    expect(calls.filter(({ truth }) => truth.durationSeconds > 3_000).length).toBeGreaterThan(20)
    for (const { outcome, sentAt, dueAt } of webhooksOf(simulator)) {
      expect(outcome).toBe('delivered')
      expect((sentAt as number) - dueAt).toBeLessThan(10 * MINUTE)
    }
    expect(sink.received.length).toBe(webhooksOf(simulator).length)
  })
})

describe.each(Object.entries(RETRY_PROFILES))('the retry profile %s', (name, { delaysSeconds, failoverAfter, retried }) => {
  const play = async (answer: number) => {
    const [sink, other] = [await receiver((response) => void response.writeHead(answer).end()), await receiver()]
    const simulator = await start({
      webhookUrl: sink.url,
      failoverUrl: other.url,
      traffic: { ...TRAFFIC, kinds: { 'outbound-default': 1 } },
      webhooks: { retries: name as keyof typeof RETRY_PROFILES },
    })
    await simulator.play()
    return { simulator, sink, other }
  }

  it('tries a 503 as often as its page says, and no longer apart', async () => {
    const { simulator, sink, other } = await play(503)
    const attempts = failoverAfter === null ? delaysSeconds.length + 1 : failoverAfter + 1
    for (const webhook of webhooksOf(simulator)) {
      expect(webhook).toMatchObject({ attempts, outcome: failoverAfter === null ? 'refused' : 'delivered', failedOver: failoverAfter !== null })
    }
    expect(sink.received.length).toBe((failoverAfter ?? attempts) * 60)
    expect(other.received.length).toBe(failoverAfter === null ? 0 : 60)
  })

  it('knows whether a 404 is final', async () => {
    const { simulator } = await play(404)
    for (const { attempts } of webhooksOf(simulator)) expect(attempts > 1).toBe(retried === 'all' && delaysSeconds.length > 0)
  })
})

describe('every surface', () => {
  it('comes at its own address, encoded as it is, and the ledger knows of each', async () => {
    const sink = await receiver()
    const simulator = await start({
      webhookUrl: sink.url,
      traffic: { ...TRAFFIC, calls: 400, kinds: EVERY_KIND, campaignCallbacks: true, answeredEventsShare: 1 },
      notices: { heartbeat: { everySeconds: 30, warningRate: 0.5 }, sms: { perSecond: 0.2 } },
    })
    await simulator.play()
    const seen = new Map<string, Set<string>>()
    for (const { url, method, contentType } of sink.received) {
      const surface = new URL(url, 'http://host').pathname.split('/').at(-1) as string
      seen.set(surface, (seen.get(surface) ?? new Set()).add(`${method} ${contentType.split(';')[0]}`.trim()))
    }
    expect(Object.fromEntries([...seen].sort(([one], [other]) => one.localeCompare(other)).map(([surface, ways]) => [surface, [...ways].sort()]))).toEqual({
      campaign: ['POST application/json'],
      connect: ['GET'],
      exoml: ['POST application/json'],
      gather: ['GET'],
      heartbeat: ['POST application/json'],
      passthru: ['GET'],
      popup: ['GET'],
      sms: ['POST application/x-www-form-urlencoded'],
      'status-callback': ['POST application/json', 'POST application/x-www-form-urlencoded', 'POST multipart/form-data'],
      webrtc: ['POST application/json'],
    })
    expect(sink.received.length).toBe(webhooksOf(simulator).length + simulator.ledger.notices().length)
    expect(simulator.stats()).toMatchObject({ webhooksPending: 0, noticesDue: simulator.ledger.notices().length, noticesDelivered: simulator.ledger.notices().length })
  })

  it('a transfer is a child call that names its parent', async () => {
    const simulator = await start({ traffic: { ...TRAFFIC, kinds: { 'inbound-transfer': 1 } } })
    await simulator.play()
    const children = simulator.ledger.calls().filter(({ kind }) => kind === 'transfer-leg')
    expect(children.length).toBeGreaterThan(10)
    for (const child of children) {
      const parent = simulator.ledger.call(child.truth.parentCallSid ?? '') as LedgerCall
      expect(parent).toMatchObject({ kind: 'inbound-transfer', truth: { from: child.truth.from } })
      expect(child.visible.begunAt).toBeGreaterThan(parent.visible.begunAt)
      expect(child.visible.begunAt).toBeLessThan(parent.visible.hungUpAt)
    }
  })

  it('a sync Passthru’s receiver decides by 200 or 302 how the call goes', async () => {
    for (const [status, branch] of [
      [200, 'A'],
      [302, 'B'],
    ] as const) {
      const sink = await receiver((response) => void response.writeHead(status).end())
      const simulator = await start({ webhookUrl: sink.url, clock: createVirtualClock({ spanMs: HOUR, slackMs: 0 }), traffic: { ...TRAFFIC, kinds: { 'inbound-sync': 1 } } })
      await simulator.play()
      const calls = simulator.ledger.calls()
      for (const call of calls) expect(call.branch).toBe(branch)
      expect(calls.some(({ truth }) => truth.leg2Status === 'completed')).toBe(branch === 'A')
    }
  })

  it('a probe comes before, and a webhook to a bare address has no surface in it', async () => {
    const sink = await receiver()
    const simulator = await start({ webhookUrl: sink.url, traffic: TRAFFIC, faults: { probeRate: 1 }, webhooks: { paths: 'bare' } })
    await simulator.play()
    const probes = sink.received.filter(({ method, url, body }) => (method === 'GET' || method === 'HEAD') && body === '' && !url.includes('?'))
    expect(probes.length).toBe(webhooksOf(simulator).length)
    for (const { url } of sink.received) expect(url.split('?')[0]).toBe('/hooks/acme/secret')
  })
})

describe('SMS and heartbeats', () => {
  it.each([
    { shape: 'connectivity', healthy: 'null' },
    { shape: 'bare', healthy: 'absent' },
    { shape: 'connectivity', healthy: 'empty' },
  ] as const)('a heartbeat as $shape, with $healthy lists where all is well', async ({ shape, healthy }) => {
    const sink = await receiver()
    const simulator = await start({
      webhookUrl: sink.url,
      traffic: TRAFFIC,
      notices: { heartbeat: { everySeconds: 5, shape, healthy, warningRate: 0.3, criticalRate: 0.2, tooLargeRate: 0.1 } },
    })
    await simulator.play()
    const beats = sink.received.filter(({ url }) => url.includes('/heartbeat')).map(({ body }) => JSON.parse(body) as Record<string, unknown>)
    expect(beats.length).toBeGreaterThan(8)
    expect(beats.length).toBe(simulator.ledger.notices().length)
    const [well] = beats.filter(({ status_type: type }) => type === 'OK')
    expect(well !== undefined && 'incoming_affected' in well ? well.incoming_affected : 'absent').toEqual({ null: null, absent: 'absent', empty: [] }[healthy])
    for (const beat of beats.filter(({ status_type: type }) => type === 'WARNING' || type === 'CRITICAL')) {
      for (const detail of Object.values(beat.data as object)) expect('connectivity' in detail).toBe(shape === 'connectivity')
    }
    const states = new Set(simulator.ledger.notices().map((notice) => (notice as LedgerHeartbeat).statusType))
    expect(states.size).toBeGreaterThan(2)
  })

  it.each(['form', 'json', 'older'] as const)('an SMS callback as %s, and the message itself by the API', async (shape) => {
    const sink = await receiver()
    const simulator = await start({ webhookUrl: sink.url, traffic: TRAFFIC, notices: { sms: { perSecond: 1, shape } } })
    await simulator.play()
    const messages = simulator.ledger.notices() as readonly LedgerSms[]
    expect(messages.length).toBeGreaterThan(20)
    const came = new Set(sink.received.filter(({ url }) => url.includes('/sms')).map(({ body }) => /SmsSid"?[=:]"?([0-9a-f]{32})/.exec(body)?.[1]))
    expect(came).toEqual(new Set(messages.map(({ smsSid }) => smsSid)))
    const [first] = messages
    const answer = await get(simulator, `/v1/Accounts/acme/SMS/Messages/${first?.smsSid}.json`)
    expect(await answer.json()).toMatchObject({ SMSMessage: { Sid: first?.smsSid, Status: first?.status.replace('_', '-') } })
    const unknown = await get(simulator, '/v1/Accounts/acme/SMS/Messages/none.json')
    expect({ status: unknown.status, body: await unknown.json() }).toEqual({ status: 200, body: { RestException: { Status: 404, Message: 'No matching results' } } })
  })
})

describe('what is told beside calls', () => {
  it('ends with the calls, however late some of it comes', async () => {
    const sink = await receiver()
    const simulator = await start({
      webhookUrl: sink.url,
      traffic: { ...TRAFFIC, calls: 20 },
      faults: { surfaces: { sms: { delay: { rate: 1, seconds: 300 }, duplicateRate: 1 } } },
      notices: { sms: { perSecond: 5 }, heartbeat: { everySeconds: 10 } },
    })
    await simulator.play()
    const ended = Math.max(...simulator.ledger.calls().flatMap(({ webhooks, visible }) => [visible.hungUpAt, ...webhooks.map(({ dueAt }) => dueAt)]))
    const told = simulator.ledger.notices().map((notice) => (notice.kind === 'sms' ? notice.createdAt : notice.at))
    expect(told.length).toBeGreaterThan(50)
    expect(Math.max(...told)).toBeLessThanOrEqual(ended + 1_000)
    for (const { webhook } of simulator.ledger.notices()) expect(webhook.outcome).toBe('delivered')
  })
})

describe('outages', () => {
  it('on a schedule: webhooks due in one are lost or held, and noted', async () => {
    for (const as of ['lost', 'held'] as const) {
      const sink = await receiver()
      const simulator = await start({ webhookUrl: sink.url, traffic: { ...TRAFFIC, calls: 300 }, outages: [{ of: 'webhooks', fromSecond: 60, forSeconds: 120, as }] })
      await simulator.play()
      const hit = webhooksOf(simulator).filter(({ faults }) => faults.includes('outage'))
      const begun = simulator.ledger.calls()[0]?.visible.begunAt as number
      expect(hit.length).toBeGreaterThan(50)
      for (const { outcome, sentAt, dueAt } of hit) {
        expect(dueAt).toBeLessThan(begun + 190_000)
        expect(outcome).toBe(as === 'lost' ? 'dropped-on-purpose' : 'delivered')
        if (as === 'held') expect(sentAt).toBeGreaterThan(begun + 170_000)
      }
      expect(webhooksOf(simulator).filter(({ outcome }) => outcome === 'delivered').length).toBe(sink.received.length)
    }
  })

  it('of the API, begun and ended live, on one cluster alone', async () => {
    const far = { account: { ...ACCOUNT, sid: 'far', cluster: 'singapore' as const }, seed: 6 }
    const simulator = await start({ others: [far] })
    const near = () => get(simulator, '/v1/Accounts/acme.json').then(({ status }) => status)
    const away = () => get(simulator, '/v1/Accounts/far.json', simulator.urls.singapore).then(({ status }) => status)
    simulator.beginOutage({ of: 'api', cluster: 'singapore', forSeconds: 3_600 })
    expect([await near(), await away()]).toEqual([200, 503])
    simulator.endOutages()
    expect([await near(), await away()]).toEqual([200, 200])
    simulator.beginOutage({ of: 'api', forSeconds: 3_600, as: 'reset' })
    await expect(near()).rejects.toThrow()
    expect(simulator.stats().apiRequestsSpoilt).toBe(2)
  })

  it('that hangs never answers', async () => {
    const simulator = await start()
    simulator.beginOutage({ of: 'api', forSeconds: 3_600, as: 'hang' })
    await expect(fetch(`${simulator.url}/v1/Accounts/acme.json`, { signal: AbortSignal.timeout(300) })).rejects.toThrow('timeout')
  })
})

describe('several accounts', () => {
  it('have calls of their own, on the cluster they live in and on no other', async () => {
    const [one, other] = [await receiver(), await receiver()]
    const simulator = await start({
      webhookUrl: one.url,
      traffic: TRAFFIC,
      others: [{ account: { sid: 'far', apiKey: 'k', apiToken: 't', cluster: 'singapore' }, seed: 9, webhookUrl: other.url, traffic: { ...TRAFFIC, calls: 30 } }],
    })
    await simulator.play()
    expect([simulator.ledger.calls('acme').length, simulator.ledger.calls('far').length, simulator.ledger.calls().length]).toEqual([60, 30, 90])
    expect(simulator.stats().callsBegun).toBe(90)
    for (const { account } of simulator.ledger.calls('far')) expect(account).toBe('far')
    expect(other.received.length).toBe(simulator.stats('far').webhooksDelivered)
    const authorization = `Basic ${Buffer.from('k:t').toString('base64')}`
    const total = async (base: string | undefined) => {
      const response = await fetch(`${base}/v1/Accounts/far/Calls.json`, { headers: { authorization } })
      return { status: response.status, total: ((await response.json()) as { Metadata?: { Total: number } }).Metadata?.Total }
    }
    expect(await total(simulator.urls.singapore)).toEqual({ status: 200, total: 30 })
    expect(await total(simulator.urls.mumbai)).toEqual({ status: 401, total: undefined })
  })

  it('may not share a sid', async () => {
    await expect(start({ others: [{ account: ACCOUNT, seed: 1 }] })).rejects.toThrow('two accounts have the same sid')
  })
})
