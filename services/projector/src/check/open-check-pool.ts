import { HOUR } from '@rollcall/domain/time'
import { createPool, type Pool } from '@rollcall/store/pool'

/** To hash a day of a million calls takes seconds; what lies between is the machine's load, and nobody waits for it. */
const STATEMENT_MS_MAX = HOUR

/**
 * One connection for the check, which holds what is temporary, and one to keep what it found.
 * @param applicationName by which its statements, and no others, can be cancelled
 */
export const openCheckPool = (databaseUrl: string, applicationName: string): Pool =>
  createPool({ databaseUrl, applicationName, max: 2, statementMsMax: STATEMENT_MS_MAX, idleInTransactionMsMax: STATEMENT_MS_MAX })
