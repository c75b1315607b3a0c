/** The audit service as it is built, with an issuer of tokens beside it: which tokens it takes, what it asks of the issuer, and what it does without it. */
import { createHmac, sign } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInstallation, type Installation } from '@rollcall/audit/testing/installation'
import { seedAccount, seedCall, seedWindow } from '@rollcall/audit/testing/seed'
import { canonicalTime, DAY, HOUR, MINUTE, SECOND } from '@rollcall/domain/time'
import { windowAt } from '@rollcall/domain/window/window'
import { serveEmbeddedLog } from '@rollcall/event-log/embedded/serve-embedded-log'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AuditProcess, startAuditProcess } from './audit-process.ts'
import { type Issuer, openIssuer, type SigningKey, signingKey } from './issuer.ts'

const ISS = 'https://id.example'
const AUD = 'rollcall'
/** As the service has them: clocks may be so far apart, keys are kept for so long, and are not asked for again so soon after they came. */
const SKEW = 60 * SECOND
const KEYS_AGE = 10 * MINUTE
const COOLDOWN = 30 * SECOND
const ASKED_EVERY = SECOND

const FROM = windowAt(Date.now() - DAY).from
const [ours, next, stranger] = [signingKey('k1'), signingKey('k2'), signingKey('k1')]
let its: Installation
let issuer: Issuer
let audit: AuditProcess
/** How far the service's clock is ahead of ours. */
let ahead = 0
const closing: (() => unknown)[] = []

beforeAll(async () => {
  issuer = await openIssuer()
  closing.push(issuer.close)
  issuer.published = [ours]
  its = await createInstallation(Date.now())
  closing.push(its.close)
  for (const account of ['acme', 'other']) {
    await seedAccount(its, account, FROM)
    await seedWindow(its, account, FROM, { state: 'final', listed: 1 })
    await seedCall(its, account, 'c1', [{ surface: 'call-list', receivedAt: FROM + HOUR, values: { status: 'completed', createdAt: canonicalTime(FROM) } }])
  }
  const log = await serveEmbeddedLog({ log: its.log, host: '127.0.0.1', port: 0 })
  closing.push(log.close)
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-oidc-'))
  closing.push(() => rm(directory, { recursive: true, force: true }))
  await writeFile(join(directory, 'issuer.pem'), issuer.certificate)
  audit = await startAuditProcess({
    EMBEDDED_LOG_URL: log.url,
    DATABASE_URL: its.databaseUrl,
    ROLLCALL_DATA_DIR: directory,
    AUDIT_OIDC_ISSUER: ISS,
    AUDIT_OIDC_AUDIENCE: AUD,
    AUDIT_OIDC_JWKS_URL: issuer.keysUrl,
    NODE_EXTRA_CA_CERTS: join(directory, 'issuer.pem'),
  })
  closing.push(audit.stop)
})
afterAll(async () => {
  for (const close of closing.toReversed()) await close()
})

const advance = async (milliseconds: number): Promise<void> => {
  ahead += milliseconds
  await audit.advance(milliseconds)
}
const seconds = (fromNow: number): number => Math.floor((Date.now() + ahead + fromNow) / SECOND)
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
type Signer = (text: string) => string
const rs256 =
  ({ privateKey }: SigningKey): Signer =>
  (text) =>
    sign('sha256', Buffer.from(text), privateKey).toString('base64url')
const token = (claims: Readonly<Record<string, unknown>> = {}, header: Readonly<Record<string, unknown>> = {}, signer: Signer = rs256(ours)): string => {
  const says = { iss: ISS, aud: AUD, sub: 'asha', exp: seconds(HOUR), scope: 'openid audit:read', rollcall_accounts: ['acme'], ...claims }
  const text = `${part({ alg: 'RS256', kid: 'k1', ...header })}.${part(says)}`
  return `${text}.${signer(text)}`
}
const ask = (bearer: string, path = '/v1/accounts', init: RequestInit = {}) => fetch(`${audit.url}${path}`, { ...init, headers: { authorization: `Bearer ${bearer}` } })
const statusOf = async (bearer: string, path?: string): Promise<number> => (await ask(bearer, path)).status
/** Status and the kind of the problem. */
const refusal = async (bearer: string, path?: string) => {
  const answer = await ask(bearer, path)
  return [answer.status, ((await answer.json()) as { readonly type?: string }).type?.replace('urn:rollcall:problem:', '')]
}
const byPublicKey: Signer = (text) =>
  createHmac('sha256', ours.publicKey.export({ type: 'spki', format: 'pem' }))
    .update(text)
    .digest('base64url')

describe('a JWT', () => {
  it('of the issuer is taken, and says who asks and what they may', async () => {
    const answer = await ask(token({ aud: ['others', AUD], exp: seconds(MINUTE) }), '/v1/session')
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { subject: `asha (${ISS})`, scopes: ['audit:read'], accounts: ['acme'], expiresAt: expect.stringMatching(/^\d{4}-.*Z$/) },
    ])
  })

  it.each<[string, () => string, number, string]>([
    ['has expired', () => token({ exp: seconds(-SKEW - 5 * SECOND) }), 401, 'token-expired'],
    ['is not valid yet', () => token({ nbf: seconds(SKEW + MINUTE) }), 401, 'unauthenticated'],
    ['is for somebody else', () => token({ aud: 'others' }), 401, 'unauthenticated'],
    ['is of another issuer', () => token({ iss: 'https://id.example.evil' }), 401, 'unauthenticated'],
    ['is of an issuer with a slash more', () => token({ iss: `${ISS}/` }), 401, 'unauthenticated'],
    ['is signed by nobody', () => token({}, { alg: 'none' }, () => ''), 401, 'unauthenticated'],
    ['is signed with the public key as a secret', () => token({}, { alg: 'HS256' }, byPublicKey), 401, 'unauthenticated'],
    ['is signed by a stranger under the same kid', () => token({}, {}, rs256(stranger)), 401, 'unauthenticated'],
    ['names a kid that is not published', () => token({}, { kid: 'k9' }), 401, 'unauthenticated'],
    ['names no kid', () => token({}, { kid: undefined }), 401, 'unauthenticated'],
    ['brings its own key', () => token({}, { jwk: stranger.publicKey.export({ format: 'jwk' }), kid: undefined }, rs256(stranger)), 401, 'unauthenticated'],
    ['names something that must be understood and is not', () => token({}, { crit: ['urn:example:rule'], 'urn:example:rule': true }), 401, 'unauthenticated'],
    ['has not the scope', () => token({ scope: 'openid' }), 403, 'forbidden'],
    ['has no scope', () => token({ scope: undefined }), 403, 'forbidden'],
  ])('that %s is refused', async (_, made, status, kind) => expect(await refusal(made())).toEqual([status, kind]))

  it('within the clocks’ skew is taken, be it over or to come', async () =>
    expect([await statusOf(token({ exp: seconds(-SKEW + 10 * SECOND) })), await statusOf(token({ nbf: seconds(SKEW - 10 * SECOND) }))]).toEqual([200, 200]))

  it('is taken from no address', async () => {
    const good = token()
    for (const name of ['token', 'access_token', 'id_token']) expect((await fetch(`${audit.url}/v1/accounts?${name}=${good}`)).status).toBe(400)
    expect((await fetch(`${audit.url}/v1/accounts?jwt=${good}`)).status).toBe(401)
    expect((await ask(good, `/v1/accounts?access_token=${good}`)).status).toBe(400)
  })

  it('sees the accounts of its claim, and another is as one that is not there', async () => {
    const seen = async (accounts: unknown) => {
      const bearer = token({ rollcall_accounts: accounts })
      const listed = ((await (await ask(bearer)).json()) as { readonly accounts: readonly { readonly account: string }[] }).accounts.map(({ account }) => account)
      const day = await Promise.all(['acme', 'other', 'unheard-of'].map((account) => statusOf(bearer, `/v1/accounts/${account}/calls/c1`)))
      return [listed, day]
    }
    expect(await seen(['acme'])).toEqual([['acme'], [200, 404, 404]])
    expect(await seen(['other'])).toEqual([['other'], [404, 200, 404]])
    expect(await seen(['*'])).toEqual([
      ['acme', 'other'],
      [200, 200, 404],
    ])
    expect(await seen(undefined)).toEqual([[], [404, 404, 404]])
    expect(await refusal(token({ rollcall_accounts: 'acme' }))).toEqual([401, 'unauthenticated'])
  })
})

describe('the issuer', () => {
  /** Each test begins in a minute of its own, so that the wrong tokens of another do not hold it off, and with keys that are too old. */
  beforeEach(async () => {
    issuer.answers = 'keys'
    issuer.published = [ours]
    await advance(KEYS_AGE)
    await expect.poll(() => statusOf(token())).toBe(200)
    issuer.asked = 0
  })

  it('is not asked for each kid that somebody invents, and not by a good token', async () => {
    const kids = Array.from({ length: 20 }, (_, nth) => `invented-${nth}`)
    for (const kid of kids) expect(await statusOf(token({}, { kid }))).toBe(401)
    expect(issuer.asked).toBe(0)
    await advance(COOLDOWN)
    await expect.poll(async () => [await statusOf(token({}, { kid: 'invented' })), issuer.asked]).toEqual([401, 1])
    expect(await Promise.all(kids.map((kid) => statusOf(token({}, { kid }))))).not.toContain(200)
    expect(issuer.asked).toBe(1)
    expect(await statusOf(token())).toBe(200)
  })

  it('has a new key taken without a restart, and the old one refused once it is withdrawn', async () => {
    const byNext = () => token({}, { kid: 'k2' }, rs256(next))
    issuer.published = [ours, next]
    expect(await statusOf(byNext())).toBe(401)
    await advance(COOLDOWN)
    await expect.poll(() => statusOf(byNext())).toBe(200)
    expect(await statusOf(token())).toBe(200)
    issuer.published = [next]
    await advance(KEYS_AGE)
    await expect.poll(() => statusOf(token())).toBe(401)
    expect(await statusOf(byNext())).toBe(200)
  })

  it.each(['an error', 'no json', 'elsewhere', 'nothing'] as const)(
    'that answers %s is not missed while its keys are fresh; then no token is taken, and by itself again when it is back',
    async (answers) => {
      issuer.answers = answers
      expect(await statusOf(token())).toBe(200)
      await advance(KEYS_AGE)
      for (const made of [token(), token({}, {}, rs256(stranger)), token({}, { kid: 'k9' })]) expect(await refusal(made)).toEqual([503, 'unavailable'])
      expect(await statusOf((await its.token()).token)).toBe(200)
      issuer.answers = 'keys'
      await expect.poll(() => statusOf(token())).toBe(200)
      expect(await statusOf(token({}, {}, rs256(stranger)))).toBe(401)
    },
  )

  it('that is away is asked once a second, however many tokens come', async () => {
    issuer.answers = 'an error'
    await advance(KEYS_AGE)
    const since = performance.now()
    for (let nth = 0; nth < 40; nth += 1) expect(await statusOf(token())).toBe(503)
    expect(issuer.asked).toBeLessThanOrEqual(1 + Math.ceil((performance.now() - since) / ASKED_EVERY))
  })

  it('is not believed by a certificate that nobody vouches for', async () => {
    issuer.showCertificate('another')
    await advance(KEYS_AGE)
    expect(await refusal(token())).toEqual([503, 'unavailable'])
    expect(issuer.asked).toBe(0)
    issuer.showCertificate('its own')
    await expect.poll(() => statusOf(token())).toBe(200)
  })
})
