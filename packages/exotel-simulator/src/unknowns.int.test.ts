import { afterEach, describe, expect, it } from 'vitest'
import { createRateLimit } from './api/rate-window.ts'
import { CALL_KINDS } from './calls/call-kind.ts'
import { createVirtualClock } from './clock/virtual-clock.ts'
import { istText } from './ist-text.ts'
import { readOptions, type SimulatorOptions } from './simulator-options.ts'
import { startSimulator } from './start-simulator.ts'
import { type Received, startReceiver } from './testing/start-receiver.ts'
import { UNKNOWNS } from './unknowns.ts'
import { retryProfileOf } from './webhooks/webhook-profile.ts'

const START = Date.UTC(2026, 10, 24, 3)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const ACCOUNT = { sid: 'acme', apiKey: 'key', apiToken: 'token' }
const AUTHORIZATION = `Basic ${Buffer.from('key:token').toString('base64')}`
const LINES = 16

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

/** Options in which every unknown shows. */
const optionsWith = (setting: string | null, value: unknown): SimulatorOptions => {
  const options: Record<string, Record<string, unknown>> = {
    account: { ...ACCOUNT },
    traffic: { calls: 80, callsPerSecond: 1, callSeconds: { mean: 20, max: 60 }, answeredEventsShare: 1, kinds: Object.fromEntries(CALL_KINDS.map((kind) => [kind, 1])) },
    webhooks: setting === 'webhooks.retries' ? {} : { retries: 'twice-at-once' },
    api: {},
  }
  const [group, name] = (setting ?? '').split('.')
  if (group !== undefined && name !== undefined) options[group] = { ...options[group], [name]: value }
  return {
    seed: 3,
    rateLimitPerMinute: 0,
    others: [{ account: { ...ACCOUNT, sid: 'far', cluster: 'singapore' }, seed: 4, traffic: { calls: 0 }, api: options.api }],
    ...options,
  } as unknown as SimulatorOptions
}

/** Some calls are well received, some by 201, some are refused. */
const answerOf = ({ url, body }: Received): number => {
  const digit = /(?:CallSid|call_sid|"sid)["\s\S]{0,4}?([0-9a-f])/.exec(url + body)?.[1] ?? '0'
  return [200, 201, 404, 500][Number.parseInt(digit, 16) % 4] as number
}

/** All that can be seen of a simulator from outside, times of the machine apart. */
const behaviour = async (setting: string | null, value: unknown): Promise<string> => {
  const options = optionsWith(setting, value)
  const receiver = await startReceiver((response, received) => void response.writeHead(answerOf(received)).end())
  const failover = await startReceiver()
  const clock = createVirtualClock({ spanMs: 6 * HOUR, slackMs: 0, wall: () => START + 6 * HOUR })
  const simulator = await startSimulator({ ...options, webhookUrl: receiver.url, failoverUrl: failover.url, clock })
  open.push(failover.close, receiver.close, () => simulator.stop())
  await simulator.play()

  const ask = async (path: string, base = simulator.url): Promise<string> => {
    const response = await fetch(new URL(path, base), { headers: { authorization: AUTHORIZATION } })
    const names = [...response.headers.keys()].filter((name) => name.startsWith('x-') || name === 'retry-after')
    return [response.status, ...names, (await response.text()).replaceAll(/(After|Before)=[\w-]+/g, '$1')].join(' ')
  }
  const list = (more = '') => ask(`/v1/Accounts/acme/Calls.json?SortBy=DateCreated:asc&PageSize=100${more}`)
  const seen: string[] = []
  const never = new AbortController().signal
  const page = await fetch(`${simulator.url}/v1/Accounts/acme/Calls.json?PageSize=10`, { headers: { authorization: AUTHORIZATION } })
  const next = ((await page.json()) as { Metadata: { NextPageUri: string } }).Metadata.NextPageUri
  for (const after of [2 * MINUTE, 4 * MINUTE, 10 * MINUTE, 40 * MINUTE, 3 * HOUR]) {
    await clock.sleepUntil(START + after, never)
    seen.push(await list())
  }
  const v3 = simulator.ledger.calls().find(({ kind }) => kind === 'outbound-v3')
  const [first, last] = [20, 30].map((nth) => istText(simulator.ledger.calls()[nth]?.truth.createdAt ?? 0, options.account.utcOffsetMinutes))
  for (const more of [`&DateCreated=${encodeURIComponent(`gte:${first};lte:${last}`)}`, '&details=true', '&Duration=gte:20s']) seen.push(await list(more))
  seen.push(
    await ask(next),
    await ask('/v1/Accounts/acme/Calls/none.json'),
    await ask(`/v1/Accounts/acme/Calls/${v3?.callSid}.json`),
    await ask('/v1/Accounts/acme/Calls'),
    await ask('/v1/Accounts/far/Calls.json'),
  )
  simulator.change({ rateLimitPerMinute: 1 })
  seen.push(await ask('/v1/Accounts/acme.json'), await ask('/v1/Accounts/acme.json'))

  const { api, webhooks } = readOptions(options)
  const rate = createRateLimit({ perMinute: 2, window: api.rateWindow, buckets: api.rateBuckets })
  const limits = [50, 51, 52, 61, 62, 109, 111].map((second) => rate.take(second % 2 === 0 ? 'GET' : 'POST', second * 1_000).allowed)
  const came = (received: readonly Received[]) => received.map((one) => [one.method, one.url, one.contentType, one.userAgent, one.remoteAddress, one.body].join(' ')).sort()
  const fates = simulator.ledger.calls().flatMap((one) => one.webhooks.map(({ outcome, attempts, httpStatus, failedOver }) => `${outcome} ${attempts} ${httpStatus} ${failedOver}`))
  return JSON.stringify({
    came: came(receiver.received),
    failedOver: came(failover.received),
    fates,
    seen,
    limits,
    waits: retryProfileOf(webhooks, 'status-callback').timeoutMs,
  }).replaceAll(/127\.0\.0\.1:\d+/g, 'host')
}

describe('what nobody knows of Exotel', () => {
  it('is in the table, every line of the contract’s list', () => {
    expect([...new Set(UNKNOWNS.map(({ line }) => line))].sort((a, b) => a - b)).toEqual(Array.from({ length: LINES }, (_, index) => index + 1))
  })

  it.each(UNKNOWNS)('$name: $question', async ({ setting, values }) => {
    const usual = await behaviour(null, null)
    const seen: string[] = []
    for (const value of values) seen.push(await behaviour(setting, value))
    if (setting !== 'webhooks.retries') expect(seen[0] === usual, 'the first value is the default').toBe(true)
    for (const [nth, one] of seen.entries()) expect(seen.indexOf(one), `${JSON.stringify(values[nth])} shows from outside`).toBe(nth)
  })
})
