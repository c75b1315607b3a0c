import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createVirtualClock } from '../clock/virtual-clock.ts'
import { type Simulator, startSimulator } from '../start-simulator.ts'
import { type Receiver, startReceiver } from '../testing/start-receiver.ts'
import { CONTROL_ROUTES } from './control-routes.ts'

const HOUR = 3_600_000
const ACCOUNT = { sid: 'acme', apiKey: 'key', apiToken: 'token' }
const AUTHORIZATION = `Basic ${Buffer.from('key:token').toString('base64')}`

let simulator: Simulator
let sink: Receiver
beforeEach(async () => {
  sink = await startReceiver()
  simulator = await startSimulator({
    account: ACCOUNT,
    seed: 8,
    webhookUrl: sink.url,
    clock: createVirtualClock({ spanMs: 6 * HOUR }),
    traffic: { calls: 50, callsPerSecond: 1, callSeconds: { mean: 10, max: 30 } },
    others: [{ account: { ...ACCOUNT, sid: 'other' }, seed: 9, traffic: { calls: 0 } }],
  })
})
afterEach(async () => {
  await simulator.stop()
  await sink.close()
})

const ask = async (method: string, path: string, body?: unknown) => {
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  const response = await fetch(`${simulator.url}${path}`, { method, ...sent })
  const text = await response.text()
  return { status: response.status, type: response.headers.get('content-type'), text, json: () => JSON.parse(text) }
}

describe('the control API', () => {
  it('describes itself, every operation and no other', async () => {
    const { paths, openapi } = (await ask('GET', '/sim/openapi.json')).json() as { openapi: string; paths: Record<string, Record<string, { requestBody?: object }>> }
    expect(openapi).toMatch(/^3\.1/)
    const described = Object.entries(paths).flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`))
    expect(described.sort()).toEqual(CONTROL_ROUTES.map(({ method, path }) => `${method} ${path}`).sort())
    for (const { method, path, takes } of CONTROL_ROUTES) expect(paths[path]?.[method.toLowerCase()]?.requestBody !== undefined).toBe(takes !== null)
    expect(JSON.stringify(paths['/sim/settings'])).toContain('dropRate')
    expect(JSON.stringify(paths['/sim/outages'])).toContain('webhooks')
  })

  it('answers every operation as described', async () => {
    await simulator.play()
    const bodies: Record<string, unknown> = { 'POST /sim/calls': {}, 'PATCH /sim/settings': {}, 'POST /sim/outages': { of: 'webhooks', forSeconds: 1 } }
    for (const { method, path, gives } of CONTROL_ROUTES) {
      const answer = await ask(method, path.replace('{callSid}', simulator.ledger.calls()[0]?.callSid as string), bodies[`${method} ${path}`])
      expect({ path, status: answer.status, type: answer.type }).toEqual({ path, status: gives.status, type: gives.contentType })
    }
  })

  it('gives the ledger, of all accounts or of one', async () => {
    await simulator.play()
    const sids = async (query: string) =>
      (await ask('GET', `/sim/ledger${query}`)).text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as { callSid: string }).callSid)
    expect(await sids('?account=acme')).toEqual(simulator.ledger.calls('acme').map(({ callSid }) => callSid))
    expect(await sids('')).toEqual(simulator.ledger.calls().map(({ callSid }) => callSid))
    expect(await sids('?account=other')).toEqual([])
  })

  it('changes faults while it plays, and leaves the rest as it was', async () => {
    const before = (await ask('GET', '/sim/settings')).json()
    expect(before.webhookUrl).toBe(`${new URL(sink.url).origin}/…`)
    const after = await ask('PATCH', '/sim/settings', { faults: { dropRate: 1 } })
    expect(after.json()).toEqual({ ...before, faults: { ...before.faults, dropRate: 1 } })
    await ask('POST', '/sim/calls', { kind: 'outbound-default' })
    await simulator.idle()
    expect(simulator.ledger.calls()[0]?.webhooks).toMatchObject([{ faults: ['drop'], outcome: 'dropped-on-purpose' }])
    await ask('PATCH', '/sim/settings', { faults: { dropRate: 0 } })
    await ask('POST', '/sim/calls', { kind: 'outbound-default' })
    await simulator.idle()
    expect(simulator.ledger.calls()[1]?.webhooks).toMatchObject([{ faults: [], outcome: 'delivered' }])
  })

  it('changes the rate limit, the API’s answers and their faults', async () => {
    const status = () => fetch(`${simulator.url}/v1/Accounts/acme/Calls/none.json`, { headers: { authorization: AUTHORIZATION } }).then((response) => response.status)
    expect(await status()).toBe(404)
    await ask('PATCH', '/sim/settings', { api: { unknownCall: 400 } })
    expect(await status()).toBe(400)
    await ask('PATCH', '/sim/settings', { rateLimitPerMinute: 1 })
    expect([await status(), await status()]).toEqual([400, 429])
    await ask('PATCH', '/sim/settings', { rateLimitPerMinute: 0, apiFaults: { badGatewayRate: 1 } })
    expect(await status()).toBe(502)
    const other = await fetch(`${simulator.url}/v1/Accounts/other.json`, { headers: { authorization: AUTHORIZATION } })
    expect(other.status).toBe(200)
  })

  it('explains one call: its truth, what was shown and said, what should be held', async () => {
    await simulator.play()
    const call = simulator.ledger.calls().find(({ kind }) => kind === 'outbound-extended')
    const path = `/sim/calls/${call?.callSid}`
    const then = (await ask('GET', `${path}?at=${(call?.visible.hungUpAt ?? 0) - 1}`)).json()
    expect(then).toMatchObject({ call: { callSid: call?.callSid }, shown: { list: null, single: { Status: 'in-progress' } }, record: { listed: { status: call?.truth.status } } })
    expect(then.said.length).toBe(call?.webhooks.length)
    const later = (await ask('GET', `${path}?at=${new Date(call?.visible.settledFrom ?? 0).toISOString()}`)).json()
    expect(later.shown).toMatchObject({ list: { Status: call?.truth.status }, single: { Details: { ConversationDuration: call?.truth.conversationSeconds } } })
    expect((await ask('GET', `${path}?at=${(call?.visible.begunAt ?? 0) - 1}`)).json().shown.single).toBeNull()
  })

  it.each([
    { method: 'GET', path: '/sim/nothing', status: 404, named: 'openapi.json' },
    { method: 'GET', path: '/sim/calls/none', status: 404, named: 'no call none' },
    { method: 'GET', path: '/sim/stats?account=none', status: 400, named: 'there is no account none: acme, other' },
    { method: 'DELETE', path: '/sim/settings', status: 405, named: 'DELETE' },
    { method: 'PATCH', path: '/sim/settings', body: { faults: { dropRate: 2 } }, status: 400, named: 'faults.dropRate' },
    { method: 'PATCH', path: '/sim/settings', body: { seed: 2 }, status: 400, named: 'seed' },
    { method: 'PATCH', path: '/sim/settings', body: { webhookUrl: 'ftp://hidden' }, status: 400, named: 'webhookUrl is not an http(s) address' },
    { method: 'PATCH', path: '/sim/settings', body: [], status: 400, named: 'expected record' },
    { method: 'POST', path: '/sim/outages', body: { of: 'telephony', forSeconds: 1 }, status: 400, named: 'of' },
    { method: 'POST', path: '/sim/calls', body: { kind: 'video' }, status: 400, named: 'kind' },
    { method: 'POST', path: '/sim/calls', body: '{', status: 400, named: 'not JSON' },
  ])('$method $path with $body: $status', async ({ method, path, body, status, named }) => {
    const answer = await ask(method, path, body)
    expect(answer.status).toBe(status)
    expect(answer.json().error).toContain(named)
    expect(answer.text).not.toContain('hidden')
  })

  it('takes no form: a page in a browser could send one', async () => {
    const response = await fetch(`${simulator.url}/sim/calls`, { method: 'POST', body: new URLSearchParams({ kind: 'dashboard' }) })
    expect(response.status).toBe(415)
    expect(simulator.ledger.calls()).toEqual([])
  })
})

describe('an order by the control API', () => {
  it('is what was asked for, and drawn from the seed otherwise', async () => {
    const answer = await ask('POST', '/sim/calls?account=other', { kind: 'inbound-passthru', seconds: 14_400, from: '09000000007' })
    expect(answer.json()).toMatchObject({ account: 'other', kind: 'inbound-passthru', truth: { from: '09000000007', exophone: '09000009003' } })
    const [call] = simulator.ledger.calls('other')
    expect((call?.visible.hungUpAt ?? 0) - (call?.visible.begunAt ?? 0)).toBe(14_400_000)
  })
})
