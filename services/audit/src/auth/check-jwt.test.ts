import { createHmac } from 'node:crypto'
import { MINUTE, SECOND } from '@rollcall/domain/time'
import { createLocalJWKSet, errors, exportJWK, generateKeyPair, importJWK, type JWTPayload, SignJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkJwt } from './check-jwt.ts'

const NOW = Date.UTC(2026, 0, 31)
const [ISSUER, AUDIENCE] = ['https://id.example', 'rollcall']
type Pair = Awaited<ReturnType<typeof generateKeyPair>>

let ours: Pair
let others: Pair
let check: (token: string) => Promise<unknown>
let publicPem: string
beforeAll(async () => {
  ours = await generateKeyPair('RS256', { extractable: true })
  others = await generateKeyPair('RS256')
  const jwk = await exportJWK(ours.publicKey)
  publicPem = JSON.stringify(jwk)
  check = checkJwt({ issuer: ISSUER, audience: AUDIENCE, algorithm: 'RS256', keys: createLocalJWKSet({ keys: [{ ...jwk, kid: 'k1', alg: 'RS256' }] }), clock: () => NOW })
})

const seconds = (ms: number) => Math.floor(ms / SECOND)
const claims = (changes: JWTPayload = {}): JWTPayload => ({
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'asha',
  exp: seconds(NOW + MINUTE),
  scope: 'openid audit:read pii:read nonsense',
  rollcall_accounts: ['acme'],
  ...changes,
})
const sign = (payload: JWTPayload, header: { alg: string; kid?: string } = { alg: 'RS256', kid: 'k1' }, key: Pair['privateKey'] = ours.privateKey) =>
  new SignJWT(payload).setProtectedHeader(header).sign(key)
const refusal = async (token: string) =>
  check(token).then(
    () => 'accepted',
    (error: { kind?: unknown }) => error.kind,
  )
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('a JWT', () => {
  it('says who asks, and allows what it names and we know', async () =>
    expect(await check(await sign(claims()))).toEqual({
      subject: 'asha (https://id.example)',
      scopes: new Set(['audit:read', 'pii:read']),
      accounts: new Set(['acme']),
      expiresAt: NOW + MINUTE,
    }))

  it('sees every account only where it says so, and none where it names none', async () => {
    expect(await check(await sign(claims({ rollcall_accounts: ['*'] })))).toMatchObject({ accounts: null })
    expect(await check(await sign(claims({ rollcall_accounts: undefined, scope: undefined })))).toMatchObject({ accounts: new Set(), scopes: new Set() })
  })

  it.each([
    ['of another issuer', { iss: 'https://evil.example' }, 'unauthenticated'],
    ['for somebody else', { aud: 'other' }, 'unauthenticated'],
    ['for nobody', { aud: undefined }, 'unauthenticated'],
    ['without an end', { exp: undefined }, 'unauthenticated'],
    ['of nobody', { sub: undefined }, 'unauthenticated'],
    ['of somebody whom the audit log cannot name', { sub: 'a\0b' }, 'unauthenticated'],
    ['whose end is no time that can be told', { exp: 253_402_300_800 }, 'unauthenticated'],
    ['expired', { exp: seconds(NOW - MINUTE) - 1 }, 'token-expired'],
    ['expired, but within the clocks’ skew', { exp: seconds(NOW - MINUTE) + 1 }, 'accepted'],
    ['not yet valid', { nbf: seconds(NOW + MINUTE) + 1 }, 'unauthenticated'],
    ['not yet valid, but within the clocks’ skew', { nbf: seconds(NOW + MINUTE) }, 'accepted'],
    ['whose accounts are no list', { rollcall_accounts: 'acme' }, 'unauthenticated'],
  ])('%s', async (_, changes, outcome) => expect(await refusal(await sign(claims(changes as JWTPayload)))).toBe(outcome))

  it('of a key that the issuer does not publish is refused', async () => {
    expect(await refusal(await sign(claims(), { alg: 'RS256', kid: 'k2' }))).toBe('unauthenticated')
    expect(await refusal(await sign(claims(), { alg: 'RS256', kid: 'k1' }, others.privateKey))).toBe('unauthenticated')
    expect(await refusal(await sign(claims(), { alg: 'RS256' }))).toBe('unauthenticated')
  })

  it('by another algorithm than the one that is pinned is refused', async () => {
    expect(await refusal(await sign(claims(), { alg: 'PS256', kid: 'k1' }, (await generateKeyPair('PS256')).privateKey))).toBe('unauthenticated')
    for (const alg of ['none', 'None', 'NONE']) expect(await refusal(`${part({ alg, kid: 'k1' })}.${part(claims())}.`)).toBe('unauthenticated')
    const signed = `${part({ alg: 'HS256', kid: 'k1' })}.${part(claims())}`
    expect(await refusal(`${signed}.${createHmac('sha256', publicPem).update(signed).digest('base64url')}`)).toBe('unauthenticated')
  })

  it('by another algorithm of the issuer’s own key is refused, where the key names none', async () => {
    const jwk = await exportJWK(ours.publicKey)
    const lenient = checkJwt({ issuer: ISSUER, audience: AUDIENCE, algorithm: 'RS256', keys: createLocalJWKSet({ keys: [{ ...jwk, kid: 'k1' }] }), clock: () => NOW })
    const key = await importJWK(await exportJWK(ours.privateKey), 'PS256')
    const token = await new SignJWT(claims()).setProtectedHeader({ alg: 'PS256', kid: 'k1' }).sign(key)
    await expect(lenient(token)).rejects.toMatchObject({ kind: 'unauthenticated' })
    expect(await lenient(await sign(claims()))).toMatchObject({ accounts: new Set(['acme']) })
  })

  it.each<[string, Error]>([
    ['do not come in time', new errors.JWKSTimeout()],
    ['come with an error', new errors.JOSEError('Expected 200 OK from the JSON Web Key Set HTTP response')],
    ['cannot be read', new errors.JWKSInvalid()],
    ['come from nobody', new TypeError('fetch failed')],
  ])('is not blamed when its issuer’s keys %s', async (_, error) => {
    const keys = () => Promise.reject(error)
    await expect(checkJwt({ issuer: ISSUER, audience: AUDIENCE, algorithm: 'RS256', keys, clock: () => NOW })(await sign(claims()))).rejects.toMatchObject({ kind: 'unavailable' })
  })

  it('that was changed in any part is refused', async () => {
    const [header, , signature] = (await sign(claims())).split('.')
    expect(await refusal([header, part(claims({ sub: 'ravi' })), signature].join('.'))).toBe('unauthenticated')
    for (const text of ['', '.', '..', 'a.b.c', `${header}..${signature}`]) expect(await refusal(text)).toBe('unauthenticated')
  })
})
