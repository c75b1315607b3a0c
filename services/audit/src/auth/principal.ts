import type { Scope } from '@rollcall/contracts/audit-api/session'
import type { Instant } from '@rollcall/domain/time'

/** Who asks, and what they may. */
export interface Principal {
  readonly subject: string
  readonly scopes: ReadonlySet<Scope>
  /** Null: all. */
  readonly accounts: ReadonlySet<string> | null
  readonly expiresAt: Instant
}
