import { HOUR } from '@rollcall/domain/time'
import { createPool, type Pool } from '@rollcall/store/pool'

/** To hash a day of a million calls takes seconds; what lies between is the machine's load, and nobody waits for it. */
const STATEMENT_MS_MAX = HOUR

/** One connection for the check, which holds what is temporary, and one to keep what it found. */
export const openCheckPool = (databaseUrl: string): Pool =>
  createPool({ databaseUrl, applicationName: 'rollcall-check', max: 2, statementMsMax: STATEMENT_MS_MAX, idleInTransactionMsMax: STATEMENT_MS_MAX })
