import type { CallProofAnswer, CertificatesAnswer, CheckpointAnswer, ConsistencyAnswer, InclusionAnswer } from '@rollcall/contracts/audit-api/evidence'
import { leafKey } from '@rollcall/domain/certificate/call-leaf'
import { canonicalTime, HOUR, MINUTE } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { openCheckpoint } from '@rollcall/transparency-log/note/checkpoint'
import { verifyConsistency } from '@rollcall/transparency-log/tree/verify-consistency'
import { verifyInclusion } from '@rollcall/transparency-log/tree/verify-inclusion'
import { verifyAbsence, verifyPresence } from '@rollcall/transparency-log/window/window-tree'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createInstallation, type Installation } from './testing/installation.ts'
import { seedAccount, seedCall } from './testing/seed.ts'
import { ORIGIN, seedCertificate, seedCheckpoint, VERIFIER } from './testing/seed-evidence.ts'

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
afterAll(() => its?.close())

const checkpoint = () => its.read<CheckpointAnswer>('/v1/checkpoint')
const rootOf = async () => openCheckpoint((await checkpoint()).note, [VERIFIER], ORIGIN)

describe('evidence', () => {
  it('is not there before anything is signed, and says so', async () => {
    const { token } = await its.token()
    expect((await its.ask(token, 'GET', '/v1/checkpoint')).json()).toMatchObject({ status: 404, detail: expect.stringContaining('No checkpoint') })
    expect((await its.ask(token, 'GET', '/v1/proofs/inclusion?leaf=0')).statusCode).toBe(404)
    expect((await its.ask(token, 'GET', `/v1/accounts/acme/calls/b/proof`)).statusCode).toBe(404)
  })

  it('is a checkpoint that verifies, and a certificate that is proven to be in it', async () => {
    await seedCertificate(its, 'acme', FROM)
    const before = (await its.read<CallProofAnswer>('/v1/accounts/acme/calls/b/proof')).inclusion
    await seedCheckpoint(its)
    const { items, next } = await its.read<CertificatesAnswer>(`/v1/accounts/acme/certificates?${RANGE}`)
    expect([before, items.length, next]).toEqual([null, 1, null])
    const [certificate] = items
    const { size, root } = await rootOf()
    const proof = await its.read<InclusionAnswer>(`/v1/proofs/inclusion?leaf=${certificate?.leaf}`)
    expect(proof.size).toBe(size)
    expect(verifyInclusion(Buffer.from(proof.leafHash, 'base64'), proof.leaf, size, root, bytes(proof.path))).toBe(true)
    expect(certificate).toMatchObject({ sequence: 1, state: 'final', superseded: false, certificate: { tree: { leaves: 3 }, totals: { calls: 3 } } })
    expect(JSON.parse(certificate?.text ?? '')).toEqual(certificate?.certificate)
  })

  it.each(['b', 'd', 'f', 'a', 'c', 'e', 'g'])('proves of call %s that it is in its window, or is not', async (callSid) => {
    const answer = await its.read<CallProofAnswer>(`/v1/accounts/acme/calls/${callSid}/proof?window=${canonicalTime(FROM + MINUTE)}`)
    const { root, leaves } = answer.certificate.certificate.tree
    const window = { size: leaves, root: Buffer.from(root, 'hex') }
    const leafOf = (proof: CallProofAnswer['present']) => (proof === null ? null : { ...proof, path: bytes(proof.path) })
    const [present, before, after] = [answer.present, answer.absent?.before ?? null, answer.absent?.after ?? null].map(leafOf)
    if ('bdf'.includes(callSid)) expect(present && verifyPresence(callSid, present, window, leafKey)).toBe(true)
    else expect(verifyAbsence(callSid, { before: before ?? null, after: after ?? null }, window, leafKey)).toBe(true)
    const { size, root: signed } = await rootOf()
    const { inclusion } = answer
    expect(inclusion && verifyInclusion(Buffer.from(inclusion.leafHash, 'base64'), inclusion.leaf, size, signed, bytes(inclusion.path))).toBe(true)
    expect(JSON.stringify(answer)).not.toContain('98765')
    expect(JSON.stringify({ present: answer.present, inclusion }).length).toBeLessThan(1_500)
  })

  it('shows that the log only grew', async () => {
    const first = await rootOf()
    await seedCall(its, 'acme', 'h', [{ surface: 'call-list', receivedAt: FROM + MINUTE, values: { createdAt: canonicalTime(FROM + WINDOW_MS) } }])
    await seedCertificate(its, 'acme', FROM + WINDOW_MS)
    await seedCheckpoint(its)
    const second = await rootOf()
    const { path, from, to } = await its.read<ConsistencyAnswer>(`/v1/proofs/consistency?from=${first.size}`)
    expect([from, to]).toEqual([first.size, second.size])
    expect(verifyConsistency(first, second, bytes(path))).toBe(true)
    const { token } = await its.token()
    expect((await its.ask(token, 'GET', `/v1/proofs/consistency?from=${second.size + 1}`)).statusCode).toBe(404)
    expect((await its.read<CertificatesAnswer>(`/v1/accounts/acme/certificates?${RANGE}&limit=1`)).next).not.toBeNull()
  })
})
