import { describe, expect, it } from 'vitest'
import { BODY_BYTES_MAX, type DeliveryHead, decideDelivery } from './decide-delivery.ts'
import { createGate } from './gate.ts'

const FIRST = 'Aa0123456789_0123456789-0123456789'
const SECOND = 'Bb0123456789_0123456789-0123456789'
const OTHER = 'Cc0123456789_0123456789-0123456789'
const gate = createGate([
  { sid: 'acme', webhookSecrets: [FIRST, SECOND], passthruAnswer: 200, utcOffsetMinutes: 330 },
  { sid: 'other', webhookSecrets: [OTHER], passthruAnswer: 302, utcOffsetMinutes: 330, allowedNetworks: ['203.0.113.0/24', '2001:db8::/32'] },
])
const decide = (url: string, head: Partial<DeliveryHead> = {}) =>
  decideDelivery({ url, source: () => '198.51.100.1', contentEncoding: undefined, transferEncoding: undefined, contentLength: undefined, ...head }, gate)

describe('a delivery', () => {
  it.each([FIRST, SECOND])('is accepted with either of the two live secrets', (secret) => {
    expect(decide(`/hooks/acme/${secret}/passthru?CallSid=1`)).toMatchObject({ kind: 'accept', path: { account: 'acme', surface: 'passthru', query: 'CallSid=1' } })
  })

  it.each([
    ['missing', '/hooks/acme/'],
    ['missing, with a surface', '/hooks/acme//passthru'],
  ])('is 404 when the secret is %s', (_what, url) => {
    expect(decide(url)).toEqual({ kind: 'refuse', status: 404, reason: 'unknown-path', account: null })
  })

  it.each([
    ['wrong', OTHER.replace('C', 'D')],
    ['a prefix', FIRST.slice(0, -1)],
    ['longer', `${FIRST}0`],
    ['in another case', FIRST.toUpperCase()],
    ['URL-encoded', `%41${FIRST.slice(1)}`],
    ['URL-encoded in part', FIRST.replace('_', '%5F')],
    ['followed by a null', `${FIRST}%00`],
    ['followed by a space', `${FIRST}%20`],
    ['another account’s', OTHER],
    ['its digest', 'f'.repeat(64)],
  ])('is 404 when the secret is %s', (_what, secret) => {
    expect(decide(`/hooks/acme/${secret}/passthru`)).toEqual({ kind: 'refuse', status: 404, reason: 'wrong-secret', account: 'acme' })
  })

  it.each(['nobody', 'ACME', 'acm', 'acme2', '%61cme', '__proto__', 'constructor'])('is 404 for an account that is not ours, and is not counted under that name: %s', (account) => {
    expect(decide(`/hooks/${account}/${FIRST}`)).toEqual({ kind: 'refuse', status: 404, reason: 'unknown-account', account: null })
  })

  it.each(['gzip', 'deflate', 'br', 'identity, gzip', 'x'])('is 415 with Content-Encoding %s, and counted for the account', (contentEncoding) => {
    expect(decide(`/hooks/acme/${FIRST}`, { contentEncoding })).toEqual({ kind: 'refuse', status: 415, reason: 'content-encoding', account: 'acme' })
  })

  it.each(['identity', 'Identity', ''])('may say Content-Encoding "%s"', (contentEncoding) => {
    expect(decide(`/hooks/acme/${FIRST}`, { contentEncoding }).kind).toBe('accept')
  })

  it('is 413 when it declares more than the limit, and accepted at the limit', () => {
    expect(decide(`/hooks/acme/${FIRST}`, { contentLength: String(BODY_BYTES_MAX + 1) })).toEqual({ kind: 'refuse', status: 413, reason: 'too-large', account: 'acme' })
    expect(decide(`/hooks/acme/${FIRST}`, { contentLength: String(BODY_BYTES_MAX) }).kind).toBe('accept')
  })

  it.each(['gzip', 'gzip, chunked', 'chunked, chunked'])('is 415 with Transfer-Encoding %s: its bytes would be encoded ones', (transferEncoding) => {
    expect(decide(`/hooks/acme/${FIRST}`, { transferEncoding })).toMatchObject({ status: 415, reason: 'content-encoding', account: 'acme' })
    expect(decide(`/hooks/acme/${FIRST}`, { transferEncoding: 'Chunked' }).kind).toBe('accept')
  })

  it.each([
    ['203.0.113.7', 'accept'],
    ['::ffff:203.0.113.7', 'accept'],
    ['2001:db8:1::1', 'accept'],
    ['203.0.114.7', 'refuse'],
    ['2001:db9::1', 'refuse'],
    ['', 'refuse'],
  ])('from %s is %sed where the account names its networks, and looks like a wrong secret', (source, kind) => {
    const decision = decide(`/hooks/other/${OTHER}`, { source: () => source })
    expect(decision.kind).toBe(kind)
    if (kind === 'refuse') expect(decision).toEqual({ kind, status: 404, reason: 'wrong-network', account: 'other' })
  })

  it('is not asked where it came from where nobody wants to know', () => {
    const unasked = () => expect.unreachable('it was asked')
    expect(decide(`/hooks/acme/${FIRST}`, { source: unasked }).kind).toBe('accept')
  })

  it('with a wrong secret says nothing about networks', () => {
    expect(decide(`/hooks/other/${FIRST}`, { source: () => '203.0.113.7' })).toMatchObject({ reason: 'wrong-secret' })
  })

  it('is refused for its secret before anything else is said about it', () => {
    expect(decide(`/hooks/acme/${OTHER}`, { contentEncoding: 'gzip', contentLength: '999999999' })).toMatchObject({ status: 404 })
  })
})
