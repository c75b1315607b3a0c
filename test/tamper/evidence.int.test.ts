/** From Exotel's list to a pack that verifies, with the real reconciler, projector, keeper, log and Postgres; and then Postgres is tampered with by its owner. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ALL_LANES } from '@rollcall/domain/schedule/lane'
import { canonicalTime, MINUTE, SECOND } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import { NoEvidenceError } from '@rollcall/evidence/evidence-source'
import { installedEvidence } from '@rollcall/evidence/installed-evidence'
import { writeEvidencePack } from '@rollcall/evidence/pack/write-evidence-pack'
import { verifyPack } from '@rollcall/evidence/verify-pack'
import { openTreeKeeper } from '@rollcall/keeper/keep-tree'
import { reconcileAccount } from '@rollcall/reconciler/reconcile-account'
import { createInstallation, type Installation, POLICY } from '@rollcall/reconciler/testing/installation'
import type { Queryable } from '@rollcall/store/queryable'
import { openCheckpointSigner } from '@rollcall/transparency-log/kept/checkpoint-signer'
import { openKeptLog, type SignedCheckpoint } from '@rollcall/transparency-log/kept/kept-log'
import { createSigner, generateKey } from '@rollcall/transparency-log/note/key'
import { packLeaves, unpackLeaves } from '@rollcall/transparency-log/window/packed-leaves'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const account = 'audited'
const W = windowAt(Date.UTC(2026, 0, 14, 18, 30))
const RANGE = { from: W.from, to: W.to + WINDOW_MS }
const LONGEST = POLICY.maximumCallMs + POLICY.settleMs
const never = new AbortController().signal
const key = generateKey('rollcall.test/audit')

let world: Installation
let directory: string
let saved: SignedCheckpoint

beforeAll(async () => {
  world = await createInstallation({ now: RANGE.to + MINUTE })
  world.startProjector()
  directory = await mkdtemp(join(tmpdir(), 'rollcall-evidence-'))
  await mkdir(join(directory, 'keeper'))
  const deps = world.dependencies(account)
  for (let nth = 0; nth < 6; nth += 1) {
    const createdAt = W.from + nth * MINUTE + 10 * SECOND
    world.exotel.calls.push({ account, callSid: `call-${nth}`, createdAt, endedAt: createdAt + 30 * SECOND, price: `0.${nth + 1}` })
  }
  const reconcile = async (after: number): Promise<void> => {
    world.time.now = RANGE.to + after
    await reconcileAccount(deps, { kind: 'one-shot', plannedAt: world.time.now, range: RANGE, lanes: ALL_LANES }, 'test', never)
  }
  await reconcile(MINUTE)
  saved = await sign()
  await reconcile(LONGEST)
  await reconcile(LONGEST + POLICY.finalScansApartMs)
  await sign()
})
afterAll(async () => {
  await world.close()
  await rm(directory, { recursive: true, force: true })
})

/** As the keeper does in its process. */
const sign = async (): Promise<SignedCheckpoint> => {
  const kept = join(directory, 'keeper')
  const signer = await openCheckpointSigner({ directory: kept, origin: 'rollcall.test/audit', signers: [createSigner(key.signerKey)] })
  const keeper = await openTreeKeeper({ directory: kept, log: world.log, db: world.pool, signer })
  while ((await keeper.takeMore(0, never)).taken > 0);
  const signed = await keeper.sign()
  keeper.close()
  if (signed === null) throw new Error('there was nothing to sign')
  return signed
}

/** The first claim that fails; null where all pass; `export` where there is no evidence to be had. */
const firstFailure = async (db: Queryable): Promise<string | null> => {
  const parts: Uint8Array[] = []
  try {
    await writeEvidencePack(
      installedEvidence(db, world.log, openKeptLog(join(directory, 'keeper'))),
      { account, ...RANGE, savedSize: saved.size },
      async (bytes) => void parts.push(bytes),
    )
  } catch (error) {
    if (error instanceof NoEvidenceError) return 'export'
    throw error
  }
  const path = join(directory, 'pack.zip')
  await writeFile(path, Buffer.concat(parts))
  const options = { keys: [key.verifierKey], saved: saved.note, account, from: canonicalTime(RANGE.from), to: canonicalTime(RANGE.to) }
  const { passes, claims } = await verifyPack(path, options)
  return passes ? null : (claims.find(({ holds, why }) => holds === false && why !== 'not looked at')?.claim ?? 'unknown')
}

const withLeaves = async (tx: Queryable, change: (leaves: readonly string[]) => readonly string[]): Promise<void> => {
  const { rows } = await tx.query<{ leaves: Buffer }>('SELECT leaves FROM rollcall.certified_leaves WHERE account = $1 AND window_from = $2', [account, new Date(W.from)])
  const packed = packLeaves(change(unpackLeaves(rows[0]?.leaves ?? Buffer.alloc(0))))
  await tx.query('UPDATE rollcall.certified_leaves SET leaves = $3 WHERE account = $1 AND window_from = $2', [account, new Date(W.from), packed])
}
const NO_TRIGGER = 'ALTER TABLE rollcall.window_certificates DISABLE TRIGGER USER'

describe('evidence of a real installation', () => {
  it('verifies', async () => {
    expect(await firstFailure(world.pool)).toBeNull()
  })

  it.each<[string, (tx: Queryable) => Promise<unknown>, string]>([
    ['a price is edited', (tx) => withLeaves(tx, ([first = '', ...others]) => [first.replace('"price":"0.', '"price":"9.'), ...others]), 'calls'],
    ['a call is deleted', (tx) => withLeaves(tx, (leaves) => leaves.slice(1)), 'calls'],
    ['calls are in another order', (tx) => withLeaves(tx, (leaves) => leaves.toReversed()), 'calls'],
    ['a certificate is edited', (tx) => tx.query(`${NO_TRIGGER}; UPDATE rollcall.window_certificates SET value = replace(value, '"calls":', '"calls":1')`), 'export'],
    [
      'a certificate is edited, and what leads to it in the log too',
      (tx) =>
        tx.query(
          `${NO_TRIGGER}; UPDATE rollcall.window_certificates SET value = replace(value, '"price":"', '"price":"1');
           UPDATE rollcall.audit_leaves l SET value_sha256 = encode(sha256(convert_to(c.value, 'UTF8')), 'hex') FROM rollcall.window_certificates c WHERE c.sha256 = l.value_sha256`,
        ),
      'manifest',
    ],
    [
      'the last certificate is deleted',
      (tx) =>
        tx.query(
          `${NO_TRIGGER}; ALTER TABLE rollcall.certified_leaves DROP CONSTRAINT certified_leaves_account_window_from_sequence_fkey; DELETE FROM rollcall.window_certificates WHERE sequence > 1`,
        ),
      'calls',
    ],
    [
      'a window is deleted',
      (tx) => tx.query(`${NO_TRIGGER}; DELETE FROM rollcall.certified_leaves WHERE window_from = (SELECT max(window_from) FROM rollcall.certified_leaves)`),
      'complete',
    ],
  ])('does not where, in the database, %s', async (_, tamper, claim) => {
    const client = await world.pool.connect()
    try {
      await client.query('BEGIN')
      await tamper(client)
      expect(await firstFailure(client)).toBe(claim)
    } finally {
      await client.query('ROLLBACK')
      client.release()
    }
  })
})
