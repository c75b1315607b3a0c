import type { EventLog } from '@rollcall/event-log/event-log'
import { readCertificateLeaves } from '@rollcall/store/certificate/audit-leaves'
import { readCertifiedBytes } from '@rollcall/store/certificate/read-certified-bytes'
import { readCertifiedWindows } from '@rollcall/store/certificate/read-certified-windows'
import type { Queryable } from '@rollcall/store/queryable'
import type { KeptLog } from '@rollcall/transparency-log/kept/kept-log'
import type { EvidenceSource } from './evidence-source.ts'
import { loggedLeaves } from './logged-leaves.ts'

/** Evidence as this installation has it: certificates in Postgres, their records in the log, the tree in the keeper's directory. */
export const installedEvidence = (db: Queryable, log: Pick<EventLog, 'read'>, kept: KeptLog): EvidenceSource => ({
  windows: (account, from, to) => readCertifiedWindows(db, account, from, to),
  certifiedBytes: (account, from, to) => readCertifiedBytes(db, account, from, to),
  certificateLeaves: (account, sha256s) => readCertificateLeaves(db, account, sha256s),
  auditLeaves: (leaves) => loggedLeaves(log, leaves),
  kept,
})
