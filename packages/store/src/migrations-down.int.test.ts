/** Every migration can be taken back: going down one by one, the schema is at each step what it was on the way up, and going up again it is as new. */
import { fileURLToPath } from 'node:url'
import { runner } from 'node-pg-migrate'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts'

const SCHEMAS = ['projection', 'rollcall'] as const
type Schema = (typeof SCHEMAS)[number]

let database: TestDatabase
let client: pg.Client
beforeAll(async () => {
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  client = new pg.Client({ connectionString: database.databaseUrl })
  await client.connect()
})
afterAll(async () => {
  await client?.end()
  await database?.drop()
})

/** Moves so many migrations of a schema, and names them. */
const move = async (schema: Schema, direction: 'up' | 'down', count: number): Promise<readonly string[]> => {
  const moved = await runner({
    dbClient: client,
    dir: fileURLToPath(new URL(`../migrations/${schema}`, import.meta.url)),
    direction,
    count,
    schema,
    migrationsSchema: schema,
    migrationsTable: 'migrations',
    log: () => {},
  })
  return moved.map(({ name }) => name)
}

/** What there is but for who may read it: a line for each thing, by its definition. */
const THINGS = `
  SELECT 'column ' || c.oid::regclass || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
    || coalesce(' COLLATE ' || nullif(a.attcollation, 0)::regcollation, '') || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') || a.attgenerated::text
    || coalesce(' -- ' || col_description(c.oid, a.attnum), '') AS thing
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relnamespace IN (SELECT * FROM ours) AND NOT c.relispartition
  UNION ALL SELECT 'view ' || c.oid::regclass || ' ' || pg_get_viewdef(c.oid) || coalesce(array_to_string(c.reloptions, ','), '') FROM pg_class c WHERE c.relkind = 'v' AND c.relnamespace IN (SELECT * FROM ours)
  UNION ALL SELECT 'index ' || pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relnamespace IN (SELECT * FROM ours) AND NOT c.relispartition
  UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace IN (SELECT * FROM ours) AND contype <> 'n'
    AND NOT EXISTS (SELECT FROM pg_class p WHERE p.oid = conrelid AND p.relispartition)
  UNION ALL SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc WHERE prokind = 'f' AND pronamespace IN (SELECT * FROM ours)
  UNION ALL SELECT 'trigger ' || pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND c.relnamespace IN (SELECT * FROM ours) AND NOT c.relispartition
  UNION ALL SELECT 'comment ' || c.oid::regclass || ' ' || obj_description(c.oid, 'pg_class') FROM pg_class c WHERE c.relnamespace IN (SELECT * FROM ours) AND obj_description(c.oid, 'pg_class') IS NOT NULL
  UNION ALL SELECT 'comment ' || oid::regprocedure || ' ' || obj_description(oid, 'pg_proc') FROM pg_proc WHERE pronamespace IN (SELECT * FROM ours) AND obj_description(oid, 'pg_proc') IS NOT NULL`

/** Who may read and change it. */
const RIGHTS = `
  SELECT 'policy ' || polrelid::regclass || ' ' || polname || ' ' || polcmd::text || ' ' || coalesce(pg_get_expr(polqual, polrelid), '') || ' ' || coalesce(pg_get_expr(polwithcheck, polrelid), '')
    || (SELECT string_agg(CASE WHEN r = 0 THEN ' public' ELSE ' ' || r::regrole::text END, '' ORDER BY r) FROM unnest(polroles) r) AS thing
    FROM pg_policy JOIN pg_class c ON c.oid = polrelid WHERE c.relnamespace IN (SELECT * FROM ours)
  UNION ALL SELECT 'security ' || oid::regclass || ' ' || relrowsecurity || ' ' || relforcerowsecurity || ' ' || coalesce((SELECT string_agg(x::text, ' ' ORDER BY x::text) FROM unnest(relacl) x), '')
    FROM pg_class WHERE relkind IN ('r', 'p', 'v') AND relnamespace IN (SELECT * FROM ours) AND NOT relispartition
  UNION ALL SELECT 'rights ' || attrelid::regclass || '.' || attname || ' ' || array_to_string(attacl, ' ') FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE attacl IS NOT NULL AND c.relnamespace IN (SELECT * FROM ours) AND NOT c.relispartition
  UNION ALL SELECT 'rights on schema ' || nspname || ' ' || (SELECT string_agg(x::text, ' ' ORDER BY x::text) FROM unnest(nspacl) x) FROM pg_namespace WHERE oid IN (SELECT * FROM ours) AND nspacl IS NOT NULL`

const catalog = async (of: string): Promise<readonly string[]> => {
  // Names with their schema, whatever the migrations left.
  await client.query('SET search_path = pg_catalog')
  const ours = `WITH ours AS (SELECT oid FROM pg_namespace WHERE nspname IN ('projection', 'rollcall', 'audit'))`
  const { rows } = await client.query<{ thing: string }>(`${ours} SELECT thing FROM (${of}) things WHERE thing NOT LIKE '%migrations%' ORDER BY thing COLLATE "C"`)
  return rows.map(({ thing }) => thing)
}
const openToAuditors = () => client.query('SELECT rollcall.open_to_auditors()')

describe('the migrations', () => {
  it('go down one by one to what was before each, and up again to what a new database has', async () => {
    const asNew = { things: await catalog(THINGS), rights: await catalog(RIGHTS) }
    await move('rollcall', 'down', Number.POSITIVE_INFINITY)
    await move('projection', 'down', Number.POSITIVE_INFINITY)
    expect(await catalog(THINGS)).toEqual([])

    const before = new Map<string, readonly string[]>()
    for (const schema of SCHEMAS) {
      for (;;) {
        const things = await catalog(THINGS)
        const [name] = await move(schema, 'up', 1)
        if (name === undefined) break
        before.set(`${schema} ${name}`, things)
      }
    }
    await openToAuditors()
    expect(await catalog(THINGS)).toEqual(asNew.things)
    expect(await catalog(RIGHTS)).toEqual(asNew.rights)

    const differing: object[] = []
    for (const schema of SCHEMAS.toReversed()) {
      for (;;) {
        const [name] = await move(schema, 'down', 1)
        if (name === undefined) break
        const [was, is] = [before.get(`${schema} ${name}`) ?? [], await catalog(THINGS)]
        const [left, lacking] = [is.filter((thing) => !was.includes(thing)), was.filter((thing) => !is.includes(thing))]
        if (left.length + lacking.length > 0) differing.push({ name, left, lacking })
      }
    }
    expect(differing).toEqual([])
  }, 300_000)
})
