import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { checkRole } from '@rollcall/store/check-role'
import { createPool } from '@rollcall/store/pool'
import { checkLog } from '@rollcall/store/projection/check-log'
import type { Logger } from '@rollcall/telemetry/create-logger'

const STATEMENT_MS_MAX = 2_000
const REFUSED: ReadonlySet<string> = new Set(['ForeignLogError', 'UnsafeRoleError'])

/**
 * Before the first record goes to a log, which is named by its cluster id: the database that this host tells of its spool must not belong
 * to another one, for webhooks that went there would be missing from the books; and its role must not be able to change everything. A
 * database that cannot say so hinders nothing.
 * @throws ForeignLogError, UnsafeRoleError
 */
export const refuseDatabase = async (databaseUrl: string, clusterId: string, logger: Logger): Promise<void> => {
  const pool = createPool({ databaseUrl, applicationName: 'rollcall-ingest-start', max: 1, statementMsMax: STATEMENT_MS_MAX })
  try {
    await checkRole(pool)
    await checkLog(pool, OBSERVATIONS_TOPIC, clusterId)
  } catch (error) {
    if (REFUSED.has((error as Error).name)) throw error
    logger.warn({ event: 'log.not-compared', err: error }, 'the database does not say whether it belongs to this log; webhooks go there all the same')
  } finally {
    pool.end().catch(() => {})
  }
}
