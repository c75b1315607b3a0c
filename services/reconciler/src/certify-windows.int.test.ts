/** Certificates of windows: what is in the database, what the audit log tells of them, and that either proves the calls. */
import { hash, randomUUID } from 'node:crypto'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import { CallLeaf, leafKey } from '@rollcall/domain/certificate/call-leaf'
import { WindowCertificate } from '@rollcall/domain/certificate/window-certificate'
import { ALL_LANES } from '@rollcall/domain/schedule/lane'
import { canonicalTime, DAY, HOUR, MINUTE, SECOND } from '@rollcall/domain/time'
import { windowAt } from '@rollcall/domain/window/window'
import type { StoredRecord } from '@rollcall/event-log/event-log'
import { eraseSalts } from '@rollcall/store/certificate/erase-salts'
import { readCertifiedWindows } from '@rollcall/store/certificate/read-certified-windows'
import { readCallsCreatedBetween } from '@rollcall/store/read-calls'
import { inTransaction } from '@rollcall/store/transaction'
import { commit } from '@rollcall/transparency-log/window/commit'
import { unpackLeaves } from '@rollcall/transparency-log/window/packed-leaves'
import { createWindowTree, verifyPresence } from '@rollcall/transparency-log/window/window-tree'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { certifyWindows } from './certify-windows.ts'
import { reconcileAccount } from './reconcile-account.ts'
import type { ReconcilerDeps } from './reconciler-deps.ts'
import { createInstallation, type Installation, POLICY } from './testing/installation.ts'
import type { ScriptedCall } from './testing/scripted-exotel.ts'

const W = windowAt(Date.UTC(2026, 0, 14, 18, 30))
const LONGEST = POLICY.maximumCallMs + POLICY.settleMs
const never = new AbortController().signal

let world: Installation
let account: string
let deps: ReconcilerDeps

beforeAll(async () => {
  world = await createInstallation({ now: W.to + MINUTE })
  world.startProjector()
})
afterAll(() => world.close())
beforeEach(() => {
  account = `a-${randomUUID().slice(0, 8)}`
  deps = world.dependencies(account)
})

const theirCall = (callSid: string, of: Partial<ScriptedCall> = {}): void => {
  world.exotel.calls.push({ account, callSid, createdAt: W.from + 10 * SECOND, endedAt: W.from + MINUTE, ...of })
}
const runAt = async (after: number): Promise<void> => {
  world.time.now = W.to + after
  await reconcileAccount(deps, { kind: 'one-shot', plannedAt: world.time.now, range: W, lanes: ALL_LANES }, 'test', never)
}
const stored = async () => {
  const [window] = await readCertifiedWindows(world.pool, account, W.from, W.to)
  const texts = window?.certificates ?? []
  return { texts, certificates: texts.map((text) => WindowCertificate.parse(JSON.parse(text))), leaves: unpackLeaves(window?.packedLeaves ?? Buffer.alloc(0)) }
}
/** What the log tells of certificates, in order. */
const told = async (): Promise<readonly string[]> => {
  const records: StoredRecord[] = []
  const bounds = (await world.log.bounds(AUDIT_TOPIC)).get(0) ?? { low: 0n, next: 0n }
  for (let at = bounds.low; at < bounds.next; ) {
    const read = (await world.log.read(AUDIT_TOPIC, new Map([[0, at]]), { maxBytes: 1_000_000, maxWaitMs: 0 })).get(0) ?? []
    records.push(...read)
    at = (read.at(-1)?.offset ?? bounds.next) + 1n
  }
  return records.filter(({ key, headers }) => key === account && headers.ce_type === 'com.rollcall.audit.certificate').map(({ value }) => Buffer.from(value).toString())
}

describe('a window is certified', () => {
  it('when it becomes provisional, final and amended: each names the one before, and the log tells the same bytes', async () => {
    theirCall('c2', { price: '0.20' })
    theirCall('c1', { price: '0.10' })
    await runAt(MINUTE)
    const { leaves: provisionalLeaves } = await stored()
    await runAt(LONGEST)
    await runAt(LONGEST + POLICY.finalScansApartMs)
    theirCall('c3', { price: '1.05' })
    await runAt(LONGEST + DAY)

    const { texts, certificates, leaves } = await stored()
    expect(certificates.map(({ state, sequence, tree, totals }) => [state, sequence, tree.leaves, totals.price])).toEqual([
      ['provisional', 1, 2, '0.3'],
      ['final', 2, 2, '0.3'],
      ['amended', 3, 3, '1.35'],
    ])
    expect(certificates.map(({ previous }) => previous)).toEqual([null, ...texts.slice(0, 2).map((text) => hash('sha256', text))])
    expect(await told()).toEqual(texts)
    for (const certificate of certificates) expect(certificate).toMatchObject({ v: 1, utcOffsetMinutes: 330 })
    for (const { software } of certificates) expect(software).toEqual({ version: '0.1.0', commit: null, policySha256: expect.stringMatching(/^[0-9a-f]{64}$/) })
    for (const { difference, listed, totals, scans } of certificates) {
      expect(difference).toEqual({ calls: 0, durationSeconds: '0', price: '0', recordings: 0 })
      expect(listed).toEqual(totals)
      expect(scans.at(-1)).toMatchObject({ listed: totals.calls, unresolved: 0 })
    }

    const tree = createWindowTree(leaves, leafKey)
    expect(tree.root.toString('hex')).toBe(certificates[2]?.tree.root)
    expect(leaves.map(leafKey)).toEqual(['c1', 'c2', 'c3'])
    expect(verifyPresence('c3', tree.provePresence('c3') ?? { leaf: '', index: 0, path: [] }, tree, leafKey)).toBe(true)
    expect(createWindowTree(provisionalLeaves, leafKey).root.toString('hex')).toBe(certificates[0]?.tree.root)
  })

  it('also when no call was made in it', async () => {
    await runAt(MINUTE)
    const { certificates, leaves } = await stored()
    expect(certificates).toMatchObject([{ state: 'provisional', tree: { leaves: 0, root: hash('sha256', '') }, totals: { calls: 0 } }])
    expect(leaves).toEqual([])
  })

  it('with no number in it, but what shows to whoever knows number and salt that it was this one, until the salt is deleted', async () => {
    theirCall('c1')
    await runAt(MINUTE)
    const before = await stored()
    const leaf = CallLeaf.parse(JSON.parse(before.leaves[0] ?? ''))
    const [call] = (
      await world.pool.query<{ from: string; salt: Buffer }>(
        `SELECT c.from_number AS "from", s.salt FROM projection.calls c JOIN rollcall.call_salts s USING (account, call_sid) WHERE account = $1`,
        [account],
      )
    ).rows
    expect(call?.from).toMatch(/\d{10}/)
    expect([...before.texts, ...before.leaves].join()).not.toContain(call?.from.slice(-10))
    expect(leaf.commitments?.from).toBe(commit(call?.salt ?? Buffer.alloc(32), 'from', call?.from ?? ''))

    const once = { after: '', max: 10 }
    expect(await eraseSalts(world.pool, account, { callSid: 'c1' }, once)).toEqual({ calls: 1, last: 'c1' })
    expect(await eraseSalts(world.pool, account, { callSid: 'c1' }, once)).toEqual({ calls: 0, last: null })
    await runAt(LONGEST)
    await runAt(LONGEST + POLICY.finalScansApartMs)
    const after = await stored()
    expect(after.certificates.map(({ state }) => state)).toEqual(['provisional', 'final'])
    expect(CallLeaf.parse(JSON.parse(after.leaves[0] ?? '')).commitments).toBeNull()
    // What was certified before is proven as it was.
    expect(createWindowTree(before.leaves, leafKey).root.toString('hex')).toBe(after.certificates[0]?.tree.root)
  })

  it('from what is held where it moves by scans of before', async () => {
    theirCall('c1')
    await runAt(MINUTE)
    const transition = { to: { state: 'provisional', scan: 's', digest: 'd' }, reason: 'sound-scan', evidence: [] } as const
    const [certificate] = await inTransaction(world.pool, (tx) => certifyWindows(deps, tx, [{ window: W, transition }], null, world.time.now))
    expect(certificate).toMatchObject({ sequence: 2, tree: { leaves: 1 }, listed: null, difference: null })
    const ended = { ...transition, to: { state: 'settling' }, reason: 'ended' } as const
    expect(await inTransaction(world.pool, (tx) => certifyWindows(deps, tx, [{ window: W, transition: ended }], null, world.time.now))).toEqual([])
  })

  it('by what the scans that it names told: not by calls of the windows beside it, nor by a scan that did not move it', async () => {
    theirCall('c1', { price: '1' })
    await runAt(MINUTE)
    const [c1] = await readCallsCreatedBetween(world.pool, account, W.from, W.to)
    if (c1 === undefined) throw new Error('c1 is not held')
    const createdAt = { ...c1.fields.createdAt, value: canonicalTime(W.to) } as NonNullable<typeof c1.fields.createdAt>
    const next = { ...c1, callSid: 'next', fields: { ...c1.fields, createdAt } }
    const evidence = { scanId: 'now', rows: [], held: [c1, next] }
    const certify = async (scan: string) => {
      const counted = { scan, startedAt: W.to, digest: 'd', listed: 1, held: 1, found: 0, unresolved: 0, projected: true }
      const transition = { to: { state: 'provisional', scan, digest: 'd' }, reason: 'sound-scan', evidence: [counted] } as unknown as Parameters<
        typeof certifyWindows
      >[2][number]['transition']
      return (await inTransaction(world.pool, (tx) => certifyWindows(deps, tx, [{ window: W, transition }], evidence, world.time.now)))[0]
    }
    expect(await certify('now')).toMatchObject({ tree: { leaves: 1 }, listed: { calls: 0 }, difference: { calls: 1, price: '1' } })
    expect(await certify('before')).toMatchObject({ tree: { leaves: 1 }, listed: null, difference: null })
  })

  it.each(["UPDATE rollcall.window_certificates SET value = ''", 'DELETE FROM rollcall.window_certificates', 'TRUNCATE rollcall.window_certificates CASCADE'])(
    'for good: %s is refused',
    async (statement) => {
      await runAt(HOUR)
      await expect(world.pool.query(statement)).rejects.toThrow(/is only ever added to/)
    },
  )
})
