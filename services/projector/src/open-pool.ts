import { createPool, type Pool } from '@rollcall/store/pool'
import { PARTITION_LEASE_MS } from '@rollcall/store/projection/claim-partitions'
import { PARTITIONS_AT_ONCE } from './projection-session.ts'

/** One for each partition that is written at a time, one for claiming, one for publishing. */
const CONNECTIONS = PARTITIONS_AT_ONCE + 2
/** A projector that is paused in the middle of a transaction keeps others from its partition no longer than this. */
const IDLE_IN_TRANSACTION_MS_MAX = 2 * PARTITION_LEASE_MS

/** The connections that a projector works on. */
export const openPool = (databaseUrl: string, applicationName = 'rollcall-projector'): Pool =>
  createPool({ databaseUrl, applicationName, max: CONNECTIONS, idleInTransactionMsMax: IDLE_IN_TRANSACTION_MS_MAX })
