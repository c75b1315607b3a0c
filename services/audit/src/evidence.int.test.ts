import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CallProofAnswer, CertificatesAnswer, CheckpointAnswer, ConsistencyAnswer, InclusionAnswer } from '@rollcall/contracts/audit-api/evidence'
import { canonicalTime, HOUR, MINUTE } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { type VerifyOptions, verifyCallProof } from '@rollcall/evidence/verify-pack'
import { openCheckpoint } from '@rollcall/transparency-log/note/checkpoint'
import { leafHash } from '@rollcall/transparency-log/tree/hash'
import { verifyConsistency } from '@rollcall/transparency-log/tree/verify-consistency'
import { verifyInclusion } from '@rollcall/transparency-log/tree/verify-inclusion'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createInstallation, type Installation } from './testing/installation.ts'
import { seedAccount, seedCall } from './testing/seed.ts'
import { ORIGIN, seedCertificate, seedCheckpoint, VERIFIER, VERIFIER_KEY } from './testing/seed-evidence.ts'

const FROM = Date.UTC(2026, 0, 31, 4)
const RANGE = `from=${canonicalTime(FROM)}&to=${canonicalTime(FROM + HOUR)}`
const bytes = (hashes: readonly string[]) => hashes.map((hash) => Buffer.from(hash, 'base64'))

let its: Installation
beforeAll(async () => {
  its = await createInstallation(FROM + HOUR)
  await seedAccount(its, 'acme', FROM)
  for (const callSid of ['b', 'd', 'f'])
    await seedCall(its, 'acme', callSid, [
      { surface: 'call-list', receivedAt: FROM + MINUTE, values: { status: 'completed', createdAt: canonicalTime(FROM), from: '09876543210' } },
    ])
})
const directory = mkdtempSync(join(tmpdir(), 'rollcall-proof-'))
afterAll(async () => {
  rmSync(directory, { recursive: true })
  await its?.close()
})

const checkpoint = () => its.read<CheckpointAnswer>('/v1/checkpoint')
const rootOf = async () => openCheckpoint((await checkpoint()).note, [VERIFIER], ORIGIN)

/** As an auditor does, who saved the answer. */
const verified = (body: string, options: Partial<VerifyOptions>) => {
  const path = join(directory, 'answer.json')
  writeFileSync(path, body)
  return verifyCallProof(path, { keys: [VERIFIER_KEY], ...options })
}

describe('evidence', () => {
  it('is not there before anything is signed, and says so', async () => {
    const { token } = await its.token()
    expect((await its.ask(token, 'GET', '/v1/checkpoint')).json()).toMatchObject({ status: 404, detail: expect.stringContaining('No checkpoint') })
    expect((await its.ask(token, 'GET', '/v1/proofs/inclusion?leaf=0')).statusCode).toBe(404)
    expect((await its.ask(token, 'GET', `/v1/accounts/acme/calls/b/proof`)).statusCode).toBe(404)
  })

  it('is a checkpoint that verifies, and a certificate that is proven to be in it', async () => {
    await seedCertificate(its, 'acme', FROM)
    const { token } = await its.token()
    const unsigned = () => its.ask(token, 'GET', '/v1/accounts/acme/calls/b/proof')
    expect((await unsigned()).json()).toMatchObject({ status: 404, detail: expect.stringContaining('No checkpoint') })
    await seedCheckpoint(its)
    const { items, next } = await its.read<CertificatesAnswer>(`/v1/accounts/acme/certificates?${RANGE}`)
    expect([items.length, next]).toEqual([1, null])
    const [certificate] = items
    const { size, root } = await rootOf()
    const proof = await its.read<InclusionAnswer>(`/v1/proofs/inclusion?leaf=${certificate?.leaf}`)
    expect(proof.size).toBe(size)
    expect(verifyInclusion(Buffer.from(proof.leafHash, 'base64'), proof.leaf, size, root, bytes(proof.path))).toBe(true)
    expect(certificate).toMatchObject({ sequence: 1, state: 'final', superseded: false, certificate: { tree: { leaves: 3 }, totals: { calls: 3 } } })
    expect(JSON.parse(certificate?.text ?? '')).toEqual(certificate?.certificate)
  })

  it.each(['b', 'd', 'f', 'a', 'c', 'e', 'g'])('proves of call %s that it is in its window, or is not, to whoever has nothing but the answer and a key', async (callSid) => {
    const { token } = await its.token(['audit:read'], ['acme'])
    const { body } = await its.ask(token, 'GET', `/v1/accounts/acme/calls/${callSid}/proof?window=${canonicalTime(FROM + MINUTE)}`)
    const { passes, claims } = await verified(body, { account: 'acme', call: callSid, from: canonicalTime(FROM) })
    expect(claims.filter(({ holds }) => holds === false)).toEqual([])
    expect(passes).toBe(true)
    expect(JSON.parse(body).present === null).toBe(!'bdf'.includes(callSid))
    expect(body).not.toContain('98765')
  })

  it('ties the certificate to the very record of the log, headers and all', async () => {
    const { certificate } = await its.read<CallProofAnswer>('/v1/accounts/acme/calls/b/proof')
    const proof = await its.read<InclusionAnswer>(`/v1/proofs/inclusion?leaf=${certificate.index}`)
    expect([leafHash(certificate.leaf).toString('base64'), certificate.path]).toEqual([proof.leafHash, proof.path])
    const { items } = await its.read<CertificatesAnswer>(`/v1/accounts/acme/certificates?${RANGE}`)
    expect(JSON.parse(certificate.leaf)).toMatchObject({ key: 'acme', value: items[0]?.text, headers: { ce_type: 'com.rollcall.audit.certificate' } })
  })

  it('shows that the log only grew', async () => {
    const first = await rootOf()
    await seedCall(its, 'acme', 'h', [{ surface: 'call-list', receivedAt: FROM + MINUTE, values: { createdAt: canonicalTime(FROM + WINDOW_MS) } }])
    await seedCertificate(its, 'acme', FROM + WINDOW_MS)
    const { token } = await its.token()
    expect((await its.ask(token, 'GET', '/v1/accounts/acme/calls/h/proof')).json()).toMatchObject({ status: 409, type: expect.stringContaining('not-yet') })
    const saved = (await checkpoint()).note
    await seedCheckpoint(its)
    const second = await rootOf()
    const grown = await its.ask(token, 'GET', `/v1/accounts/acme/calls/h/proof?saved=${first.size}`)
    expect((await verified(grown.body, { saved })).claims.find(({ claim }) => claim === 'consistent')).toMatchObject({ holds: true })
    expect((await its.ask(token, 'GET', `/v1/accounts/acme/calls/h/proof?saved=${second.size + 1}`)).json()).toMatchObject({ status: 409, type: expect.stringContaining('older') })
    const { path, from, to } = await its.read<ConsistencyAnswer>(`/v1/proofs/consistency?from=${first.size}`)
    expect([from, to]).toEqual([first.size, second.size])
    expect(verifyConsistency(first, second, bytes(path))).toBe(true)
    expect((await its.ask(token, 'GET', `/v1/proofs/consistency?from=${second.size + 1}`)).statusCode).toBe(404)
    expect((await its.read<CertificatesAnswer>(`/v1/accounts/acme/certificates?${RANGE}&limit=1`)).next).not.toBeNull()
  })
})
