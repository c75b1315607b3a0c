import { describe, expect, it } from 'vitest'
import type { WebhookSurface } from './calls/ledger-call.ts'
import { readOptions, type SimulatorOptions } from './simulator-options.ts'
import { webhookTarget } from './webhooks/webhook-target.ts'

const account = { sid: 'acme', apiKey: 'key', apiToken: 'a-token' }

describe('options', () => {
  it('need an account and a seed; the rest has defaults', () => {
    expect(readOptions({ account, seed: 1 })).toMatchObject({
      host: '127.0.0.1',
      rateLimitPerMinute: 200,
      traffic: { calls: null },
      faults: { dropRate: 0 },
      webhooks: { retries: 'none', timeoutMs: null },
    })
  })

  it.each<{ wrong: object; named: string }>([
    { wrong: { seed: -1 }, named: 'seed' },
    { wrong: { faults: { dropRate: 1.5 } }, named: 'faults.dropRate' },
    { wrong: { faults: { lossRate: 0.5 } }, named: 'lossRate' },
    { wrong: { traffic: { kinds: { outbound: 1 } } }, named: 'traffic.kinds' },
    { wrong: { traffic: { kinds: { campaign: 0 } } }, named: 'traffic.kinds' },
    { wrong: { traffic: { listLagSeconds: { min: 5, max: 1 } } }, named: 'min is above max' },
    { wrong: { traffic: { callSeconds: { mean: 60, max: 20_000 } } }, named: 'traffic.callSeconds.max' },
    { wrong: { traffic: { calls: 11 }, callsKeptMax: 10 }, named: 'callsKeptMax' },
    { wrong: { traffic: { callsPerSecond: 100, callSeconds: { mean: 10, max: 14_400 } } }, named: 'callsKeptMax' },
    { wrong: { account: { ...account, sid: 'a/b' } }, named: 'account.sid' },
  ])('$wrong is refused by name', ({ wrong, named }) => {
    const options = { account, seed: 1, ...wrong } as SimulatorOptions
    expect(() => readOptions(options)).toThrow(named)
    expect(() => readOptions(options)).not.toThrow('a-token')
  })
})

describe('where webhooks go', () => {
  it.each<{ base: string; surface: WebhookSurface | null; query: string; path: string }>([
    { base: 'http://127.0.0.1:8080/hooks/acme/secret', surface: 'status-callback', query: '', path: '/hooks/acme/secret/status-callback' },
    { base: 'http://127.0.0.1:8080/hooks/acme/secret/', surface: 'passthru', query: 'CallSid=1', path: '/hooks/acme/secret/passthru?CallSid=1' },
    { base: 'https://example.com/in?key=k', surface: 'passthru', query: 'CallSid=1', path: '/in/passthru?key=k&CallSid=1' },
    { base: 'https://example.com/in?key=k', surface: null, query: 'CallSid=1', path: '/in?key=k&CallSid=1' },
    { base: 'https://example.com?key=k', surface: 'status-callback', query: '', path: '/status-callback?key=k' },
  ])('$base: $path', ({ base, surface, query, path }) => {
    expect(webhookTarget(base).path(surface, query)).toBe(path)
  })

  it('refuses what is not http, without repeating the secret', () => {
    for (const base of ['ftp://example.com/hidden', 'hidden', '']) {
      expect(() => webhookTarget(base)).toThrow('webhookUrl is not an http(s) address')
      expect(() => webhookTarget(base)).not.toThrow('hidden')
    }
  })
})
