import { createPool, type Pool } from '@rollcall/store/pool'
import { PARTITION_LEASE_MS } from '@rollcall/store/projection/claim-partitions'
import { PARTITIONS_AT_ONCE } from './projection-session.ts'

/** One for each partition that is written at a time, one for claiming, one for publishing. */
const CONNECTIONS = PARTITIONS_AT_ONCE + 2
/** A projector that is paused in the middle of a transaction keeps others from its partition no longer than this. */
const IDLE_IN_TRANSACTION_MS_MAX = 2 * PARTITION_LEASE_MS

/** A batch takes milliseconds. A server that vanished without a word must not hold us for as long as a report may take: R19 gives a stall a minute in all. */
const STATEMENT_MS_MAX = 15_000

/** The connections that a projector works on. */
export const openPool = (databaseUrl: string, applicationName = 'rollcall-projector'): Pool =>
  createPool({ databaseUrl, applicationName, max: CONNECTIONS, statementMsMax: STATEMENT_MS_MAX, idleInTransactionMsMax: IDLE_IN_TRANSACTION_MS_MAX })
