/**
 * Keeps the tree over `rollcall.audit.v1`: record *i* is leaf *i*.
 *
 *   read on from where the tree ends ► note where each record stands ► append its leaf ► … ► at a final certificate, or after a minute:
 *     hashes to the disk ► sign ► publish
 *
 * Its cursor is the tree itself: what was signed last is on the disk with its hashes, and everything after it is read from the log again. So
 * a crash anywhere loses nothing, and a hash that is damaged is made again. A log that is not the one that was signed for is never signed:
 * the keeper ends, and says so, for that is what it is there to find.
 */
import { auditLeaf } from '@rollcall/contracts/audit-leaf'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog, StoredRecord } from '@rollcall/event-log/event-log'
import { auditLeafRow, nextAuditLeaf, saveAuditLeaves } from '@rollcall/store/certificate/audit-leaves'
import type { Queryable } from '@rollcall/store/queryable'
import { type CheckpointSigner, InconsistentTreeError } from '@rollcall/transparency-log/kept/checkpoint-signer'
import { type FileLevels, hasFileLevels, openFileLevels } from '@rollcall/transparency-log/kept/file-levels'
import type { SignedCheckpoint } from '@rollcall/transparency-log/kept/kept-log'
import { leafHash } from '@rollcall/transparency-log/tree/hash'
import { createTree } from '@rollcall/transparency-log/tree/tree'

const READ_BYTES_MAX = 4_000_000
const PARTITION = 0
/** A certificate of one of these is signed for at once. */
const AT_ONCE = /"state":"(final|amended)"/
const CERTIFICATE = 'com.rollcall.audit.certificate'

export interface TreeKeeper {
  /** Leaves that it has, signed or not. */
  size(): number
  /** Takes what the log has next, and waits for it up to `maxWaitMs`. `urgent`: something in it is to be signed for at once. */
  takeMore(maxWaitMs: number, signal: AbortSignal): Promise<{ readonly taken: number; readonly urgent: boolean }>
  /** Signs the tree as it is; null where there is nothing that was not signed, by these keys. @throws InconsistentTreeError */
  sign(): Promise<SignedCheckpoint | null>
  close(): void
}

export interface KeeperDeps {
  readonly directory: string
  readonly log: Pick<EventLog, 'read' | 'bounds'>
  readonly db: Queryable
  readonly signer: CheckpointSigner
}

/** @throws InconsistentTreeError where the log does not hold what was signed for; KeptHashesError where hashes are damaged */
export const openTreeKeeper = async ({ directory, log, db, signer }: KeeperDeps): Promise<TreeKeeper> => {
  const signed = signer.last()
  // Hashes that were deleted are made again, from the log's first record on.
  const levels: FileLevels = openFileLevels(directory, hasFileLevels(directory) ? (signed?.size ?? 0) : 0)
  const tree = createTree(levels)
  const read = async (from: number, maxWaitMs: number, signal?: AbortSignal): Promise<readonly StoredRecord[]> => {
    const options = { maxBytes: READ_BYTES_MAX, maxWaitMs, ...(signal === undefined ? {} : { signal }) }
    return (await log.read(AUDIT_TOPIC, new Map([[PARTITION, BigInt(from)]]), options)).get(PARTITION) ?? []
  }
  try {
    await refuseShortLog(log, signed?.size ?? 0)
    await refuseOtherLog(tree, read)
    await noteWhatIsNotNoted(db, tree.size, read)
  } catch (error) {
    levels.close()
    throw error
  }
  return {
    size: () => tree.size,
    takeMore: async (maxWaitMs, signal) => {
      const records = await read(tree.size, maxWaitMs, signal)
      for (const [nth, { offset }] of records.entries())
        if (offset !== BigInt(tree.size + nth)) throw new InconsistentTreeError(`record ${tree.size + nth} of ${AUDIT_TOPIC} is gone: after it comes ${offset}`)
      await saveAuditLeaves(db, records.map(auditLeafRow))
      for (const record of records) tree.append(leafHash(auditLeaf(record)))
      return { taken: records.length, urgent: records.some(isUrgent) }
    },
    sign: async () => {
      const last = signer.last()
      // Made again, and not as far as it was yet: what was signed stands.
      if (last !== null && tree.size < last.size) return null
      // By other keys the same tree is signed again: a new key must not wait for the log to grow, nor an old one stay in force until then.
      if (last !== null && tree.size === last.size && signer.keyChange() === null) return null
      levels.sync()
      return signer.sign(tree)
    },
    close: () => levels.close(),
  }
}

const refuseShortLog = async (log: KeeperDeps['log'], signedSize: number): Promise<void> => {
  const next = (await log.bounds(AUDIT_TOPIC)).get(PARTITION)?.next ?? 0n
  if (next < BigInt(signedSize)) throw new InconsistentTreeError(`${AUDIT_TOPIC} has ${next} records, and ${signedSize} were signed for: it was cut, or is another log`)
}

/** Is the last record that we have a leaf of still that record? A log that was replaced by another one of the same length is found here. */
const refuseOtherLog = async (
  tree: { readonly size: number; leaf(index: number): Buffer },
  read: (from: number, maxWaitMs: number) => Promise<readonly StoredRecord[]>,
): Promise<void> => {
  if (tree.size === 0) return
  const [record] = await read(tree.size - 1, 0)
  if (record === undefined || !leafHash(auditLeaf(record)).equals(tree.leaf(tree.size - 1)))
    throw new InconsistentTreeError(`record ${tree.size - 1} of ${AUDIT_TOPIC} is not the one that was signed for: the log was changed, or is another one`)
}

/** The table of places is made from the log: where the database is younger than the tree, it is filled up. */
const noteWhatIsNotNoted = async (db: Queryable, size: number, read: (from: number, maxWaitMs: number) => Promise<readonly StoredRecord[]>): Promise<void> => {
  for (let from = Number(await nextAuditLeaf(db)); from < size; ) {
    const records = (await read(from, 0)).filter(({ offset }) => offset < BigInt(size))
    if (records.length === 0) return
    await saveAuditLeaves(db, records.map(auditLeafRow))
    from += records.length
  }
}

const isUrgent = ({ headers, value }: StoredRecord): boolean => headers.ce_type === CERTIFICATE && AT_ONCE.test(Buffer.from(value).toString())
