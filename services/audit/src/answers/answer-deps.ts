import type { AuditEntry } from '@rollcall/contracts/audit-record'
import type { Clock } from '@rollcall/domain/time'
import type { EventLog } from '@rollcall/event-log/event-log'
import type { Software } from '@rollcall/service/installed-software'
import { readAs } from '@rollcall/store/audit/read-as'
import type { Connection, Pool } from '@rollcall/store/pool'
import type { KeptLog } from '@rollcall/transparency-log/kept/kept-log'
import type { Cursors } from '../cursor.ts'

/** What answers are made of. */
export interface AnswerDeps {
  /** By the role that only reads. */
  readonly pool: Pool
  /** By the same role, for downloads, each of which holds one as long as it takes. */
  readonly exporters: Pool
  readonly log: EventLog
  /** What the keeper of the audit log's tree leaves. */
  readonly kept: KeptLog
  readonly clock: Clock
  readonly software: Software
  readonly cursors: Cursors
  readonly accounts: () => Promise<readonly string[]>
  /** Appends to the audit topic and folds it back. Resolves when it is durable and can be read. @throws LogUnavailableError */
  readonly record: (account: string, entry: AuditEntry) => Promise<void>
}

export const asAccount = <T>({ pool }: AnswerDeps, account: string, read: (db: Connection) => Promise<T>): Promise<T> => readAs(pool, account, read)
