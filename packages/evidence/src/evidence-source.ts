import type { Instant } from '@rollcall/domain/time'
import type { KeptLog } from '@rollcall/transparency-log/kept/kept-log'

/** What evidence is made of; whoever has a database, a log and the keeper's directory hands it in. */
export interface EvidenceSource {
  /** Certified windows that start in `[from, to)`, in order. Asked for in small parts (certified-windows.ts). */
  windows(account: string, from: Instant, to: Instant): Promise<readonly CertifiedCalls[]>
  /** How much that is, without reading it. */
  certifiedBytes(account: string, from: Instant, to: Instant): Promise<{ readonly packedLeaves: number; readonly certificates: number }>
  /** Leaves of the audit log where the account's certificates stand, by the SHA-256 of their text. */
  certificateLeaves(account: string, sha256s: readonly string[]): Promise<ReadonlyMap<string, bigint>>
  /** The bytes of these leaves (contracts: audit-leaf.ts), in the order in which they were asked for, which is ascending. */
  auditLeaves(leaves: readonly bigint[]): AsyncIterable<Buffer>
  readonly kept: KeptLog
}

export interface CertifiedCalls {
  readonly windowFrom: Instant
  /** Texts of its certificates, oldest first; the last one is in force. */
  readonly certificates: readonly string[]
  /** The calls of the last one, a line each, deflated. */
  readonly packedLeaves: Buffer
}

/** Evidence cannot be given now, or not of that; the message says what to do. */
export class NoEvidenceError extends Error {
  override readonly name = 'NoEvidenceError'
}
