import { migrateProjection, PROJECTION_SCHEMA } from '../migrate.ts'
import type { Queryable } from '../queryable.ts'

/** Where a rebuild folds, beside the live projection. */
export const REBUILD_SCHEMA = 'projection_rebuild'
const RETIRED_SCHEMA = 'projection_retired'

/** An empty projection beside the live one; what an earlier rebuild left is removed. */
export const makeRebuildSchema = async (db: Queryable, databaseUrl: string): Promise<void> => {
  await dropRebuilt(db)
  await migrateProjection(databaseUrl, REBUILD_SCHEMA)
}

/** Removes what a rebuild leaves: its own schema, or the one it retired. */
export const dropRebuilt = async (db: Queryable): Promise<void> => {
  await db.query(`DROP SCHEMA IF EXISTS ${REBUILD_SCHEMA}, ${RETIRED_SCHEMA} CASCADE`)
}

/** Holds the live positions still: projectors wait to commit until this transaction ends. */
export const lockLivePositions = async (tx: Queryable): Promise<void> => {
  await tx.query(`LOCK TABLE ${PROJECTION_SCHEMA}.projection_positions IN SHARE ROW EXCLUSIVE MODE`)
}

/**
 * Lets the versions of rebuilt calls go on where the live ones stand; a call that came out differently is one version further.
 * Done once before the live positions are held still, so that little is left to do while they are.
 */
export const alignVersions = async (db: Queryable): Promise<void> => {
  await db.query(
    `UPDATE ${REBUILD_SCHEMA}.calls r SET version = l.version + CASE WHEN l.digest = r.digest THEN 0 ELSE 1 END
     FROM ${PROJECTION_SCHEMA}.calls l
     WHERE l.account = r.account AND l.call_sid = r.call_sid AND r.version <> l.version + CASE WHEN l.digest = r.digest THEN 0 ELSE 1 END`,
  )
}

/**
 * Puts the rebuilt projection in the live one's place. Its epochs are raised above the live ones and its partitions are nobody's, so
 * that a running projector is fenced, reads its positions again and goes on. What was still to be published still is, and so are calls
 * that came out differently or are gone; under ids that no live row ever had, since a publisher may be about to delete some by id. Publishers
 * wait from here on: a row that one noted after the copy would be retired unpublished.
 */
export const swapInRebuild = async (tx: Queryable): Promise<void> => {
  const [live, rebuilt] = [PROJECTION_SCHEMA, REBUILD_SCHEMA]
  await tx.query(`LOCK TABLE ${live}.outbox IN SHARE ROW EXCLUSIVE MODE`)
  await tx.query(
    `UPDATE ${rebuilt}.projection_positions r SET epoch = greatest(r.epoch, l.epoch) + 1
     FROM ${live}.projection_positions l WHERE l.topic = r.topic AND l.partition = r.partition`,
  )
  await alignVersions(tx)
  await tx.query(`SELECT setval(pg_get_serial_sequence('${rebuilt}.outbox', 'id'), nextval(pg_get_serial_sequence('${live}.outbox', 'id')))`)
  await tx.query(
    `INSERT INTO ${rebuilt}.outbox (partition, account, call_sid, version, changed, log_offset)
     SELECT partition, account, call_sid, version, changed, log_offset FROM ${live}.outbox ORDER BY id`,
  )
  await tx.query(
    `INSERT INTO ${rebuilt}.outbox (partition, account, call_sid, version, changed, log_offset)
     SELECT newest.partition, r.account, r.call_sid, r.version,
            ARRAY(SELECT field FROM jsonb_object_keys(coalesce(l.state -> 'fields', '{}') || (r.state -> 'fields')) AS field
                  WHERE r.state #> ARRAY['fields', field, '0'] IS DISTINCT FROM l.state #> ARRAY['fields', field, '0']
                  UNION ALL SELECT 'verified' WHERE r.verified IS DISTINCT FROM coalesce(l.verified, false)
                  UNION ALL SELECT 'conflicts' WHERE r.conflicts IS DISTINCT FROM coalesce(l.conflicts, '{}')),
            newest.log_offset
     FROM ${rebuilt}.calls r LEFT JOIN ${live}.calls l ON l.account = r.account AND l.call_sid = r.call_sid ${lateralNewest(rebuilt, 'r')}
     WHERE l.digest IS DISTINCT FROM r.digest`,
  )
  await tx.query(
    `INSERT INTO ${rebuilt}.outbox (partition, account, call_sid, version, changed, log_offset)
     SELECT newest.partition, l.account, l.call_sid, l.version + 1, '{}', newest.log_offset
     FROM ${live}.calls l ${lateralNewest(live, 'l')}
     WHERE NOT EXISTS (SELECT FROM ${rebuilt}.calls r WHERE r.account = l.account AND r.call_sid = l.call_sid)`,
  )
  await tx.query(`ALTER SCHEMA ${live} RENAME TO ${RETIRED_SCHEMA}`)
  await tx.query(`ALTER SCHEMA ${rebuilt} RENAME TO ${live}`)
  await tx.query('SELECT rollcall.protect_audited_tables(), rollcall.make_audit_views(), rollcall.open_to_auditors()')
}

/** Where in the log a call was last told of. */
const lateralNewest = (schema: string, call: string): string =>
  `CROSS JOIN LATERAL (SELECT o.partition, o.log_offset FROM ${schema}.observations o
     WHERE o.account = ${call}.account AND o.call_sid = ${call}.call_sid AND o.outcome = 'facts' ORDER BY o.log_offset DESC LIMIT 1) newest`
