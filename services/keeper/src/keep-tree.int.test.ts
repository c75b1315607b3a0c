/** The keeper against a real log and Postgres: what it signs is what the log holds, and no other log is ever signed for. */
import { randomUUID } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { auditLeaf } from '@rollcall/contracts/audit-leaf'
import { toAuditLogRecord } from '@rollcall/contracts/audit-log-record'
import { AUDIT_TOPIC, TOPICS } from '@rollcall/contracts/topics'
import { MINUTE, SECOND } from '@rollcall/domain/time'
import { openEmbeddedEventLog } from '@rollcall/event-log/embedded/embedded-event-log'
import { type EventLog, LogUnavailableError, type StoredRecord } from '@rollcall/event-log/event-log'
import { nextAuditLeaf, readCertificateLeaves } from '@rollcall/store/certificate/audit-leaves'
import { migrate } from '@rollcall/store/migrate'
import { createPool, type Pool } from '@rollcall/store/pool'
import { createTestDatabase } from '@rollcall/store/testing/test-database'
import { createLogger } from '@rollcall/telemetry/create-logger'
import { InconsistentTreeError, openCheckpointSigner } from '@rollcall/transparency-log/kept/checkpoint-signer'
import { openKeptLog } from '@rollcall/transparency-log/kept/kept-log'
import { openCheckpoint } from '@rollcall/transparency-log/note/checkpoint'
import { createSigner, createVerifier, generateKey, type Signer } from '@rollcall/transparency-log/note/key'
import type { CheckpointPublisher } from '@rollcall/transparency-log/publish/publisher'
import { leafHash } from '@rollcall/transparency-log/tree/hash'
import { createMemoryLevels } from '@rollcall/transparency-log/tree/memory-levels'
import { createTree } from '@rollcall/transparency-log/tree/tree'
import { verifyConsistency } from '@rollcall/transparency-log/tree/verify-consistency'
import { verifyInclusion } from '@rollcall/transparency-log/tree/verify-inclusion'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest'
import { openTreeKeeper, type TreeKeeper } from './keep-tree.ts'
import { createPublication } from './publish-checkpoints.ts'
import { CHECKPOINT_EVERY_MS, type KeeperStatus, runKeeper } from './run-keeper.ts'
import '@rollcall/store/testing/provided-context'

const ORIGIN = 'rollcall.test/audit'
const key = generateKey(ORIGIN)
const signers = [createSigner(key.signerKey)] as const
const never = new AbortController().signal

let database: Awaited<ReturnType<typeof createTestDatabase>>
let pool: Pool
let log: EventLog
let directory: string

beforeAll(async () => {
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  await migrate(database.databaseUrl)
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 2 })
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-keeper-'))
  log = await openEmbeddedEventLog({ directory: join(directory, 'log') })
  await log.ensureTopics(TOPICS)
  await pool.query('TRUNCATE rollcall.audit_leaves')
  onTestFinished(async () => {
    await log.close()
    await rm(directory, { recursive: true, force: true })
  })
})

const kept = (): string => join(directory, 'kept')
const open = async (using: Pick<EventLog, 'read' | 'bounds'> = log, as: readonly [Signer, ...Signer[]] = signers): Promise<TreeKeeper> => {
  await mkdir(kept(), { recursive: true })
  const signer = await openCheckpointSigner({ directory: kept(), origin: ORIGIN, signers: as })
  return openTreeKeeper({ directory: kept(), log: using, db: pool, signer })
}
const append = async (count: number, value: object = { type: 'scan' }, type = 'scan'): Promise<void> => {
  const records = Array.from({ length: count }, () =>
    toAuditLogRecord({ id: randomUUID(), account: 'acme', type, subject: 's', notedAt: 1, leaseEpoch: 1n, value: JSON.stringify({ ...value, nonce: randomUUID() }) }),
  )
  await log.append(AUDIT_TOPIC, records, { deadlineMs: 5 * SECOND })
}
const all = async (): Promise<readonly StoredRecord[]> => {
  const records: StoredRecord[] = []
  for (;;) {
    const read = (await log.read(AUDIT_TOPIC, new Map([[0, BigInt(records.length)]]), { maxBytes: 1_000_000, maxWaitMs: 0 })).get(0) ?? []
    if (read.length === 0) return records
    records.push(...read)
  }
}
const takeAll = async (keeper: TreeKeeper): Promise<boolean> => {
  let wasUrgent = false
  for (;;) {
    const { taken, urgent } = await keeper.takeMore(0, never)
    wasUrgent ||= urgent
    if (taken === 0) return wasUrgent
  }
}
const treeOf = (records: readonly StoredRecord[]) => {
  const tree = createTree(createMemoryLevels())
  for (const record of records) tree.append(leafHash(auditLeaf(record)))
  return tree
}
/** The log as somebody has changed it. */
const tampered = (change: (record: StoredRecord) => StoredRecord | null): Pick<EventLog, 'read' | 'bounds'> => ({
  bounds: log.bounds,
  read: async (...args) => new Map([...(await log.read(...args))].map(([partition, records]) => [partition, records.flatMap((record) => change(record) ?? [])])),
})

describe('the keeper', () => {
  it('signs what the log holds, record for leaf, and goes on where it was after a restart', async () => {
    const keeper = await open()
    expect(await keeper.sign()).toMatchObject({ size: 0 })
    await append(5)
    await append(4)
    await takeAll(keeper)
    const first = await keeper.sign()
    expect(await keeper.sign()).toBeNull()
    keeper.close()

    await append(30)
    const again = await open()
    expect(again.size()).toBe(9)
    await takeAll(again)
    const second = await again.sign()
    again.close()

    const records = await all()
    const tree = treeOf(records)
    expect(openCheckpoint(second?.note ?? '', [createVerifier(key.verifierKey)], ORIGIN)).toEqual({ origin: ORIGIN, size: 39, root: tree.root() })
    const readers = openKeptLog(kept())
    for (const index of [0, 8, 9, 38]) {
      const { leafHash: leaf, path } = await readers.proveInclusion(index, 39)
      expect(verifyInclusion(leaf, index, 39, tree.root(), path)).toBe(true)
    }
    const { path } = await readers.proveConsistency(9, 39)
    expect(first !== null && second !== null && verifyConsistency(first, second, path)).toBe(true)
  })

  it('takes again what it had taken and not signed for when it was killed', async () => {
    const keeper = await open()
    await append(7)
    await takeAll(keeper)
    await keeper.sign()
    await append(7)
    await takeAll(keeper)
    // Killed here: nothing is closed.
    const again = await open()
    expect(again.size()).toBe(7)
    await takeAll(again)
    expect((await again.sign())?.root).toEqual(treeOf(await all()).root())
    again.close()
  })

  it('makes hashes again that were deleted, and signs nothing before it is where it was', async () => {
    const keeper = await open()
    await append(20)
    await takeAll(keeper)
    const signed = await keeper.sign()
    keeper.close()
    for (const name of readdirSync(kept())) if (name.startsWith('level-')) rmSync(join(kept(), name))
    const again = await open()
    expect(again.size()).toBe(0)
    expect(await again.sign()).toBeNull()
    await append(1)
    await takeAll(again)
    const next = await again.sign()
    expect(next?.size).toBe(21)
    expect(signed).not.toBeNull()
    again.close()
  })

  it('signs the same tree again when other keys sign, and not before it is where it was', async () => {
    const next = generateKey(ORIGIN)
    const both = [signers[0], createSigner(next.signerKey)] as const
    const keeper = await open()
    await append(20)
    await takeAll(keeper)
    const signed = await keeper.sign()
    keeper.close()

    const rotated = await open(log, both)
    const again = await rotated.sign()
    expect(again).toMatchObject({ size: 20, root: signed?.root })
    for (const verifierKey of [key.verifierKey, next.verifierKey]) expect(openCheckpoint(again?.note ?? '', [createVerifier(verifierKey)], ORIGIN).size).toBe(20)
    expect(await rotated.sign()).toBeNull()
    rotated.close()
    expect((await openKeptLog(kept()).checkpoint())?.note).toBe(again?.note)

    for (const name of readdirSync(kept())) if (name.startsWith('level-')) rmSync(join(kept(), name))
    const remade = await open(log, [both[1]])
    expect(await remade.sign()).toBeNull()
    await takeAll(remade)
    expect(await remade.sign()).toMatchObject({ size: 20, root: signed?.root })
    remade.close()
  })

  it.each([
    ['its last record was changed', (record: StoredRecord) => (record.offset === 9n ? { ...record, value: Buffer.from('{}') } : record)],
    ['a header of its last record was changed', (record: StoredRecord) => (record.offset === 9n ? { ...record, headers: { ...record.headers, ce_time: 'x' } } : record)],
    ['its last record was taken away', (record: StoredRecord) => (record.offset >= 9n ? null : record)],
  ])('refuses at its start a log of which %s', async (_, change) => {
    const keeper = await open()
    await append(10)
    await takeAll(keeper)
    await keeper.sign()
    keeper.close()
    await expect(open(tampered(change))).rejects.toThrow(InconsistentTreeError)
  })

  it('refuses a log that is shorter than what was signed for', async () => {
    const keeper = await open()
    await append(10)
    await takeAll(keeper)
    await keeper.sign()
    keeper.close()
    await expect(open({ ...log, bounds: async () => new Map([[0, { low: 0n, next: 9n }]]) })).rejects.toThrow(/9 records, and 10 were signed/)
  })

  it('refuses a log with a gap, and never signs one that was changed where it looks at it again', async () => {
    await append(10)
    const gap = await open(tampered((record) => (record.offset === 4n ? null : record)))
    await expect(takeAll(gap)).rejects.toThrow(/record 4 of .* is gone/)
    gap.close()

    const keeper = await open()
    await takeAll(keeper)
    const { note } = (await keeper.sign()) ?? { note: '' }
    keeper.close()
    for (const name of readdirSync(kept())) if (name.startsWith('level-')) rmSync(join(kept(), name))
    const fooled = await open(tampered((record) => (record.offset === 3n ? { ...record, key: 'other' } : record)))
    await append(1)
    await takeAll(fooled)
    await expect(fooled.sign()).rejects.toThrow(InconsistentTreeError)
    fooled.close()
    expect((await openKeptLog(kept()).checkpoint())?.note).toBe(note)
  })

  it('notes where each record stands, and fills up what the database has lost of that', async () => {
    await append(3)
    await append(2, { state: 'provisional' }, 'certificate')
    const keeper = await open()
    await takeAll(keeper)
    await keeper.sign()
    keeper.close()
    const { rows } = await pool.query<{ leaf: string; value_sha256: string; type: string }>('SELECT leaf, value_sha256, type FROM rollcall.audit_leaves ORDER BY leaf')
    expect(rows.map(({ leaf, type }) => [Number(leaf), type])).toEqual([
      [0, 'scan'],
      [1, 'scan'],
      [2, 'scan'],
      [3, 'certificate'],
      [4, 'certificate'],
    ])
    await pool.query('DELETE FROM rollcall.audit_leaves WHERE leaf IN (1, 3)')
    expect(await nextAuditLeaf(pool)).toBe(0n)
    const again = await open()
    again.close()
    expect(await nextAuditLeaf(pool)).toBe(5n)
    const sha256 = rows[3]?.value_sha256 ?? ''
    expect(await readCertificateLeaves(pool, 'acme', [sha256, 'ab'])).toEqual(new Map([[sha256, 3n]]))
    expect(await readCertificateLeaves(pool, 'other', [sha256])).toEqual(new Map())
  })
})

describe('the loop', () => {
  /** Runs it for some turns, a second each; returns what was published. */
  const run = async (
    turns: number,
    given: {
      readonly away?: (turn: number) => boolean
      readonly refuses?: (nth: number) => boolean
      readonly each?: (turn: number) => Promise<void>
      readonly tells?: (turn: number) => void
    } = {},
  ) => {
    let turn = 0
    const ending = new AbortController()
    const published: { turn: number; size: number }[] = []
    let asked = 0
    const place: CheckpointPublisher = {
      description: 'a place',
      publish: async ({ size }) => {
        asked += 1
        if (given.refuses?.(asked)) throw new Error('away')
        published.push({ turn, size })
      },
    }
    const turned: Pick<EventLog, 'read' | 'bounds'> = {
      bounds: log.bounds,
      read: async (topic, from, options) => {
        turn += 1
        await given.each?.(turn)
        if (turn >= turns) ending.abort()
        if (given.away?.(turn)) throw new LogUnavailableError('away')
        return log.read(topic, from, { ...options, maxWaitMs: 0 })
      },
    }
    const keeper = await open(turned)
    const publication = createPublication([place], createLogger({ service: 'keeper', level: 'silent' }))
    const status: KeeperStatus = { size: 0, signed: null, trouble: null }
    const logger = createLogger({ service: 'keeper', level: 'silent' })
    const time = { monotonic: () => turn * SECOND, clock: () => turn * SECOND, sleep: async () => {} }
    await runKeeper({ keeper, publication, status, logger, last: null, tellKeyChange: async () => given.tells?.(turn), ...time }, ending.signal)
    keeper.close()
    return { published, status, places: publication.places() }
  }

  it('signs every minute while there is something to sign, and not while there is nothing', async () => {
    const seconds = CHECKPOINT_EVERY_MS / SECOND
    const { published } = await run(5 * seconds, { each: async (turn) => (turn % 70 === 0 && turn < (2 * MINUTE) / SECOND ? append(1) : undefined) })
    expect(published.map(({ size }) => size)).toEqual([0, 1])
    expect(published[1]?.turn).toBeGreaterThan(seconds)
    expect(published[1]?.turn).toBeLessThanOrEqual(2 * seconds + 1)
  })

  it.each([
    ['final', 1],
    ['amended', 1],
    ['provisional', 0],
  ])('signs for a certificate that is %s at once: %i', async (state, count) => {
    const { published } = await run(30, { each: async (turn) => (turn === 10 ? append(1, { state }, 'certificate') : undefined) })
    expect(published.filter(({ size }) => size > 0)).toHaveLength(count)
  })

  it('signs for the rest when it is stopped', async () => {
    await run(10, { each: async (turn) => (turn === 5 ? append(3) : undefined) })
    expect((await openKeptLog(kept()).checkpoint())?.size).toBe(3)
  })

  it('goes on where the log was away', async () => {
    await append(2)
    const { status } = await run(20, { away: (turn) => turn < 15 })
    expect(status).toMatchObject({ size: 2, trouble: null })
  })

  it.each([
    ['until it can tell the log', 15, 2],
    ['at all where it never can, and still ends when it is told to', 1_000, null],
  ])('signs by other keys not %s', async (_, from, size) => {
    await append(2)
    const { published, status } = await run(20, {
      tells: (turn) => {
        if (turn < from) throw new LogUnavailableError('away')
      },
    })
    expect(published.filter(({ turn }) => turn < from)).toEqual([])
    expect((await openKeptLog(kept()).checkpoint())?.size ?? null).toBe(size)
    expect(status.signed?.size ?? null).toBe(size)
  })

  it('gives a checkpoint to a place again that has not taken it, and says so meanwhile', async () => {
    await append(1)
    const { published, places } = await run(3 * (CHECKPOINT_EVERY_MS / SECOND), { refuses: (nth) => nth <= 2 })
    expect(published.map(({ size }) => size)).toEqual([1])
    expect(places).toEqual([{ description: 'a place', published: 1, trouble: null, lacksSince: null }])
    await append(1)
    const refused = await run(3, { refuses: () => true })
    expect(refused.places[0]?.trouble).toBe('away')
  })
})
