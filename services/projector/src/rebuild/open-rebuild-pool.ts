import { createPool, type Pool } from '@rollcall/store/pool'
import { REBUILD_SCHEMA } from '@rollcall/store/rebuild/rebuild-schema'

/** To index a great table takes long, and nobody waits for it. */
const STATEMENT_MS_MAX = 4 * 3_600_000

/** It takes both the machine and the database to their limit, and begins anew when it fails: patience is cheaper. */
const CONNECT_MS_MAX = 60_000

interface RebuildPoolOptions {
  /** By which the sessions of one rebuild are known. */
  readonly applicationName: string
  readonly max: number
  /** The projection that is rebuilt, unless said otherwise. */
  readonly searchPath?: string
}

/** Connections that a rebuild works on. */
export const openRebuildPool = (databaseUrl: string, { applicationName, max, searchPath = REBUILD_SCHEMA }: RebuildPoolOptions): Pool =>
  createPool({ databaseUrl, applicationName, searchPath, max, connectMsMax: CONNECT_MS_MAX, statementMsMax: STATEMENT_MS_MAX })
