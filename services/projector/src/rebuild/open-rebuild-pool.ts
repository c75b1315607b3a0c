import { createPool, type Pool } from '@rollcall/store/pool'
import { REBUILD_SCHEMA } from '@rollcall/store/rebuild/rebuild-schema'

/** To index a great table takes long, and nobody waits for it. */
const STATEMENT_MS_MAX = 4 * 3_600_000

/** The projection that is rebuilt. */
export const openRebuildPool = (databaseUrl: string, max: number, searchPath: string = REBUILD_SCHEMA): Pool =>
  createPool({ databaseUrl, applicationName: 'rollcall-rebuild', searchPath, max, statementMsMax: STATEMENT_MS_MAX })
