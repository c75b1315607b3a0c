/** From Exotel's list to a pack that verifies, with the real reconciler, projector, keeper, log and Postgres; and then Postgres is tampered with by its owner. */
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eraseAndNote } from '@rollcall/cli/erase/erase-and-note'
import { AuditEntry } from '@rollcall/contracts/audit-record'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import { CallLeaf } from '@rollcall/domain/certificate/call-leaf'
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
import { commit } from '@rollcall/transparency-log/window/commit'
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

describe('salts that are erased', () => {
  const leavesOf = async (): Promise<readonly CallLeaf[]> => {
    const { rows } = await world.pool.query<{ leaves: Buffer }>('SELECT leaves FROM rollcall.certified_leaves WHERE account = $1 ORDER BY window_from', [account])
    return rows.flatMap(({ leaves }) => unpackLeaves(leaves)).map((leaf) => CallLeaf.parse(JSON.parse(leaf)))
  }
  const salts = async () => {
    const { rows } = await world.pool.query<{ call_sid: string; salt: Buffer | null }>('SELECT call_sid, salt FROM rollcall.call_salts WHERE account = $1', [account])
    return new Map(rows.map(({ call_sid, salt }) => [call_sid, salt]))
  }
  const verified = async (pack: string) => {
    const options = { keys: [key.verifierKey], saved: saved.note, account, from: canonicalTime(RANGE.from), to: canonicalTime(RANGE.to) }
    return (await verifyPack(join(directory, pack), options)).passes
  }

  it('make a call nobody’s, while the pack that was made before verifies, and one that is made after', async () => {
    expect(await firstFailure(world.pool)).toBeNull()
    await rename(join(directory, 'pack.zip'), join(directory, 'before.zip'))
    const [leaf] = (await leavesOf()).filter(({ callSid }) => callSid === 'call-2')
    const [call] = (await world.pool.query<{ from_number: string }>(`SELECT from_number FROM projection.calls WHERE account = $1 AND call_sid = 'call-2'`, [account])).rows
    const salt = (await salts()).get('call-2')
    expect(leaf?.commitments?.from).toBe(commit(salt ?? Buffer.alloc(0), 'from', call?.from_number ?? ''))

    const erase = () => eraseAndNote(world.pool, account, { callSid: 'call-2' }, { by: 'Asha', now: world.time.now })
    expect([await erase(), await erase()]).toEqual([1, 0])
    expect((await salts()).get('call-2')).toBeNull()
    expect([...(await salts())].filter(([, kept]) => kept === null)).toHaveLength(1)
    expect([await verified('before.zip'), await firstFailure(world.pool)]).toEqual([true, null])
  })

  it('are told in the audit log without anything personal, once, and by moment for many', async () => {
    expect(await eraseAndNote(world.pool, account, { createdBefore: W.from + 2 * MINUTE }, { by: 'Asha', now: world.time.now })).toBe(2)
    expect(await eraseAndNote(world.pool, account, { createdBefore: W.from - MINUTE }, { by: 'Asha', now: world.time.now })).toBe(0)
    await reconcileAccount(world.dependencies(account), { kind: 'one-shot', plannedAt: world.time.now, range: RANGE, lanes: ALL_LANES }, 'test', never)
    const records = (await world.log.read(AUDIT_TOPIC, new Map([[0, 0n]]), { maxBytes: 10_000_000, maxWaitMs: 0 })).get(0) ?? []
    const entries = records.map(({ value }) => AuditEntry.parse(JSON.parse(Buffer.from(value).toString()))).filter(({ type }) => type === 'erasure')
    const at = canonicalTime(world.time.now)
    expect(entries).toEqual([
      { type: 'erasure', erased: { callSid: 'call-2' }, calls: 1, at, by: 'Asha' },
      { type: 'erasure', erased: { createdBefore: canonicalTime(W.from + 2 * MINUTE) }, calls: 2, at, by: 'Asha' },
    ])
    expect([await verified('before.zip'), [...(await salts())].flatMap(([callSid, kept]) => (kept === null ? [callSid] : [])).sort()]).toEqual([
      true,
      ['call-0', 'call-1', 'call-2'],
    ])
  })
})
