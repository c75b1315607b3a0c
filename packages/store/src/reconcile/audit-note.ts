import type { Instant } from '@rollcall/domain/time'

/** An audit record as it is noted: what it tells is the contract's (contracts: audit-record.ts), kept verbatim. */
export interface AuditNote {
  readonly type: string
  readonly subject: string
  readonly notedAt: Instant
  /** Fencing token of the lease under which it is noted. */
  readonly leaseEpoch: bigint
  readonly value: string
}
