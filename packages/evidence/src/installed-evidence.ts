import { auditLeaf } from '@rollcall/contracts/audit-leaf'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import { type EventLog, LogUnavailableError, type StoredRecord } from '@rollcall/event-log/event-log'
import { readCertificateLeaves } from '@rollcall/store/certificate/audit-leaves'
import { readCertifiedWindows } from '@rollcall/store/certificate/read-certified-windows'
import type { Queryable } from '@rollcall/store/queryable'
import type { KeptLog } from '@rollcall/transparency-log/kept/kept-log'
import type { EvidenceSource } from './evidence-source.ts'

const PARTITION = 0
const READ_BYTES_MAX = 4_000_000
const READ_WAIT_MS_MAX = 5_000

/** Evidence as this installation has it: certificates in Postgres, their records in the log, the tree in the keeper's directory. */
export const installedEvidence = (db: Queryable, log: Pick<EventLog, 'read'>, kept: KeptLog): EvidenceSource => ({
  windows: (account, from, to) => readCertifiedWindows(db, account, from, to),
  certificateLeaves: (account, sha256s) => readCertificateLeaves(db, account, sha256s),
  auditLeaves: async function* (leaves) {
    let read: readonly StoredRecord[] = []
    for (const leaf of leaves) {
      const isAhead = read.some(({ offset }) => offset === leaf)
      if (!isAhead) read = (await log.read(AUDIT_TOPIC, new Map([[PARTITION, leaf]]), { maxBytes: READ_BYTES_MAX, maxWaitMs: READ_WAIT_MS_MAX })).get(PARTITION) ?? []
      const record = read.find(({ offset }) => offset === leaf)
      if (record === undefined) throw new LogUnavailableError(`record ${leaf} of ${AUDIT_TOPIC} was not given in time`)
      yield auditLeaf(record)
    }
  },
  kept,
})
