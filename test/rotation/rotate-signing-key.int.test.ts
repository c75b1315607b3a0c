/** A new signing key takes over from an old one on the built keeper, and auditors follow it by the packs that they are given meanwhile. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromAuditLogRecord } from '@rollcall/contracts/audit-log-record'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import { SECOND } from '@rollcall/domain/time'
import { writeEvidencePack } from '@rollcall/evidence/pack/write-evidence-pack'
import { syntheticEvidence } from '@rollcall/evidence/testing/synthetic-evidence'
import { runVerifier } from '@rollcall/evidence/verify-pack'
import { createKeeperSurroundings, type KeeperSurroundings } from '@rollcall/keeper/testing/keeper-process'
import '@rollcall/store/testing/provided-context'
import { openKeptLog, type SignedCheckpoint } from '@rollcall/transparency-log/kept/kept-log'
import { createSigner, generateKey } from '@rollcall/transparency-log/note/key'
import { areSameKeys, signingKey, signingKeys } from '@rollcall/transparency-log/note/signing-keys'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

const ORIGIN = 'rollcall.test/audit'
const [old, next] = [generateKey(ORIGIN), generateKey(ORIGIN)]
const nameOf = ({ signerKey }: typeof old) => signingKey(createSigner(signerKey))
const evidence = syntheticEvidence({ windows: 2, callsPerWindow: 5 })

let world: KeeperSurroundings
let files: { old: string; next: string }

beforeAll(async () => {
  world = await createKeeperSurroundings(inject('superuserUrl'), inject('databaseUrl'))
  files = { old: await world.putSecret('old', old.signerKey), next: await world.putSecret('next', next.signerKey) }
  const records = evidence.log.map((leaf) => {
    const { key, headers, value } = JSON.parse(leaf.toString()) as { key: string; headers: Record<string, string>; value: string }
    return { key, headers, value: Buffer.from(value), timestamp: evidence.from }
  })
  await world.log.append(AUDIT_TOPIC, records, { deadlineMs: 5 * SECOND })
})
afterAll(() => world.close())

/** Runs the keeper with these keys until a checkpoint is signed that `isMet` takes. */
const keepWith = async (keyFiles: string, isMet: (checkpoint: SignedCheckpoint) => boolean): Promise<SignedCheckpoint> => {
  const keeper = world.start({ KEEPER_KEY_FILES: keyFiles })
  const kept = openKeptLog(world.keeperDirectory)
  const met = async (): Promise<SignedCheckpoint | null> => {
    const checkpoint = await kept.checkpoint()
    return checkpoint !== null && isMet(checkpoint) ? checkpoint : null
  }
  await expect.poll(met).not.toBeNull()
  expect(await keeper.stop()).toBe(0)
  expect(keeper.said().out).not.toContain('PRIVATE+KEY')
  // What it took and had not signed for, it has signed for when it ends.
  const checkpoint = await met()
  if (checkpoint === null) throw new Error('the checkpoint was taken back')
  return checkpoint
}
const isSignedBy =
  (...keys: (typeof old)[]) =>
  ({ note, size }: SignedCheckpoint): boolean =>
    size >= evidence.log.length && areSameKeys(signingKeys(note), keys.map(nameOf))

const packFile = async (savedSize: number): Promise<string> => {
  const parts: Uint8Array[] = []
  const { account, from, to } = evidence
  await writeEvidencePack({ ...evidence, kept: openKeptLog(world.keeperDirectory) }, { account, from, to, savedSize }, async (bytes) => void parts.push(bytes))
  const path = join(world.directory, 'pack.zip')
  writeFileSync(path, Buffer.concat(parts))
  return path
}
/** As `node verify.mjs` ends: its exit code, and the claims that it says FAIL of. */
const verify = async (path: string, keys: readonly (typeof old)[], saved?: SignedCheckpoint): Promise<{ code: number; fails: readonly string[] }> => {
  const lines: string[] = []
  const args = [path, ...keys.flatMap(({ verifierKey }) => ['--key', verifierKey])]
  if (saved !== undefined) {
    writeFileSync(join(world.directory, 'saved.txt'), saved.note)
    args.push('--saved', join(world.directory, 'saved.txt'))
  }
  const code = await runVerifier(
    args,
    (line) => void lines.push(line),
    (line) => void lines.push(line),
  )
  return { code, fails: lines.filter((line) => line.startsWith('FAIL')) }
}
const PASSES = { code: 0, fails: [] }
const UNTRUSTED = { code: 1, fails: expect.arrayContaining([expect.stringContaining('no key that you trust has signed it')]) }

describe('a signing key', () => {
  it('is taken over from by another one, and at each step a pack verifies by the keys that an auditor of that time trusts', async () => {
    const first = await keepWith(files.old, isSignedBy(old))
    const ofOld = await packFile(0)
    expect(await verify(ofOld, [old])).toEqual(PASSES)
    expect(await verify(ofOld, [next])).toEqual(UNTRUSTED)

    // Nothing new is in the log: both sign all the same.
    const second = await keepWith(`${files.old} ${files.next}`, isSignedBy(old, next))
    const ofBoth = await packFile(first.size)
    for (const keys of [[old], [next], [old, next]]) expect(await verify(ofBoth, keys)).toEqual(PASSES)
    for (const keys of [[old], [old, next]]) expect(await verify(ofBoth, keys, first)).toEqual(PASSES)

    const third = await keepWith(files.next, isSignedBy(next))
    const ofNew = await packFile(second.size)
    for (const keys of [[next], [old, next]]) expect(await verify(ofNew, keys, second)).toEqual(PASSES)
    expect(await verify(ofNew, [old])).toEqual(UNTRUSTED)
    expect(await verify(ofNew, [old], second)).toEqual(UNTRUSTED)
    expect(third.size).toBeGreaterThanOrEqual(second.size)

    const records = (await world.log.read(AUDIT_TOPIC, new Map([[0, BigInt(evidence.log.length)]]), { maxBytes: 1_000_000, maxWaitMs: 0 })).get(0) ?? []
    expect(records.map((record) => fromAuditLogRecord(record).entry)).toEqual([
      { type: 'keys-changed', origin: ORIGIN, leaves: first.size, before: [nameOf(old)], after: [nameOf(old), nameOf(next)] },
      { type: 'keys-changed', origin: ORIGIN, leaves: second.size, before: [nameOf(old), nameOf(next)], after: [nameOf(next)] },
    ])
  })
})
