import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { checkWriterRole } from './audit/check-audit-role.ts'
import { lockAuditFold, saveAuditFold } from './audit/fold-audit.ts'
import { createPool } from './pool.ts'
import { dropRebuilt, makeRebuildSchema, swapInRebuild } from './rebuild/rebuild-schema.ts'
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts'
import { inTransaction } from './transaction.ts'

let database: TestDatabase
let owner: pg.Client
let superuser: pg.Client
const auditor = `auditor_${randomBytes(4).toString('hex')}`
const connect = async (url: string, user?: { readonly name: string; readonly options?: string }) => {
  const at = new URL(url)
  if (user) [at.username, at.password] = [user.name, 'secret']
  const client = new pg.Client({ connectionString: at.href, options: user?.options })
  await client.connect()
  return client
}
const VIEWS = ['completeness_daily', 'windows', 'calls', 'exceptions', 'observations', 'runs', 'certificates', 'day_checks', 'access_log', 'sign_offs'].map(
  (name) => `audit.${name}`,
)

beforeAll(async () => {
  database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
  owner = await connect(database.databaseUrl)
  const at = new URL(inject('superuserUrl'))
  at.pathname = new URL(database.databaseUrl).pathname
  superuser = await connect(at.href)
  await superuser.query(`CREATE ROLE ${auditor} LOGIN PASSWORD 'secret' IN ROLE rollcall_auditor`)
  await owner.query(`GRANT CONNECT ON DATABASE "${at.pathname.slice(1)}" TO rollcall_auditor`)
  await owner.query(`INSERT INTO rollcall.auditor_accounts VALUES ($1, 'acme')`, [auditor])
  for (const account of ['acme', 'other']) {
    const sid = [account, 'c1']
    await owner.query(
      `INSERT INTO projection.calls (account, call_sid, verified, conflicts, state, digest, version, from_number) VALUES ($1, $2, true, '{x}', '{}', '', 1, '+919876543210')`,
      sid,
    )
    await owner.query(
      `INSERT INTO projection.observations (partition, log_offset, account, call_sid, surface, source, received_at, ce_id, payload_sha256, outcome, exceptions) VALUES (0, $3, $1, $2, 's', 's', now(), 'i', 'h', 'facts', '[]')`,
      [...sid, account === 'acme' ? 1 : 2],
    )
    await owner.query(
      `INSERT INTO rollcall.windows (account, window_from, state, reason, since, detail) VALUES ($1, '2026-01-31T00:00:00Z', 'gap', 'beyond-history', now(), '{}')`,
      [account],
    )
    await owner.query(`INSERT INTO rollcall.runs (run_id, account, kind, planned_at, started_at, lease_epoch) VALUES (gen_random_uuid(), $1, 'cron', now(), now(), 1)`, [account])
    await owner.query(`INSERT INTO rollcall.day_measures VALUES ($1, '2026-01-31', now(), '{}')`, [account])
    await owner.query(
      `INSERT INTO rollcall.window_certificates (account, window_from, sequence, state, certified_at, root, leaves, sha256, value) VALUES ($1, '2026-01-31T00:00:00Z', 1, 'final', now(), 'r', 0, 's', '{}')`,
      [account],
    )
    await owner.query(
      `INSERT INTO rollcall.day_checks (check_id, account, day, started_at, ended_at, observations, refused, calls_told, calls_stored, told_sha256, stored_sha256, differing, differences)
       VALUES (gen_random_uuid(), $1, '2026-01-31', now(), now(), 2, 0, 1, 1, 't', 's', 1, '[{"callSid":"c1","kind":"other","columns":["price"]}]')`,
      [account],
    )
    await owner.query(`INSERT INTO rollcall.sign_offs VALUES ($1, '2026-01-31', $2, $1, now(), 'a', 288, 0, 1, 1, 0, 0, rollcall.day_digest($1, '2026-01-31'), NULL)`, [
      account,
      account === 'acme' ? 1 : 2,
    ])
    await owner.query(`INSERT INTO rollcall.accounts (account, first_window) VALUES ($1, now())`, [account])
    const offset = account === 'acme' ? 1 : 2
    await owner.query(`INSERT INTO rollcall.reveals VALUES ($1, $2, 'seeded ' || $1, now(), 'asha', 'c1', NULL, 'r')`, [account, offset])
    await owner.query(
      `INSERT INTO rollcall.token_actions SELECT of, $2 + 10, 'seeded ' || $1 || of, now(), 'ravi', 'token-created', $1, 'asha', '{audit:read}', now() FROM unnest(ARRAY[$1, '']) AS of`,
      [account, offset],
    )
  }
})
afterAll(async () => {
  await owner?.end()
  await superuser?.end()
  await database?.drop()
  const server = await connect(inject('superuserUrl'))
  await server.query(`DROP ROLE IF EXISTS ${auditor}`)
  await server.end()
})

/** Statements that change something, or would. */
const changes = (table: string) => [
  `INSERT INTO ${table} DEFAULT VALUES`,
  `UPDATE ${table} SET ${table === 'rollcall.audit_tokens' ? 'subject = subject' : 'account = account'}`,
  `DELETE FROM ${table}`,
  `TRUNCATE ${table}`,
  `DROP TABLE ${table}`,
  `ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY`,
]
const accountsSeen = async (client: pg.Client, from: string) =>
  (await client.query<{ account: string }>(`SELECT DISTINCT account FROM ${from} ORDER BY 1`)).rows.map(({ account }) => account)
const tables = async () =>
  (await owner.query<{ name: string }>(`SELECT schema_name || '.' || table_name AS name FROM rollcall.audited_tables ORDER BY 1`)).rows.map(({ name }) => name)

describe('an auditor who uses SQL', () => {
  it('sees their own account in every view, and no other', async () => {
    const client = await connect(database.databaseUrl, { name: auditor })
    try {
      for (const view of VIEWS) expect([view, await accountsSeen(client, view)]).toEqual([view, ['acme']])
      expect((await client.query('SELECT unchanged FROM audit.sign_offs')).rows).toEqual([{ unchanged: true }])
      await client.query(`SET rollcall.account = 'other'`)
      for (const table of await tables()) expect([table, (await accountsSeen(client, table)).includes('other')]).toEqual([table, false])
    } finally {
      await client.end()
    }
  })

  it('sees in the access log whose tokens reach their account, those of all accounts among them, and not which others a token reaches', async () => {
    const client = await connect(database.databaseUrl, { name: auditor })
    try {
      const { rows } = await client.query(
        `SELECT account, detail ->> 'token' AS token, detail -> 'all_accounts' AS all_accounts FROM audit.access_log WHERE type = 'token-created' ORDER BY 2, 3`,
      )
      expect(rows).toEqual([
        { account: 'acme', token: 'acme', all_accounts: false },
        { account: 'acme', token: 'acme', all_accounts: true },
        { account: 'acme', token: 'other', all_accounts: true },
      ])
      expect(await accountsSeen(client, 'rollcall.token_actions')).toEqual(['', 'acme'])
    } finally {
      await client.end()
    }
  })

  it('changes nothing, whatever they try', async () => {
    const client = await connect(database.databaseUrl, { name: auditor })
    try {
      for (const table of [...(await tables()), 'rollcall.auditor_accounts', 'rollcall.audit_tokens', ...VIEWS])
        for (const statement of changes(table)) await expect(client.query(statement), statement).rejects.toThrow(/permission denied|must be owner|is not a table|cannot/)
    } finally {
      await client.end()
    }
  })

  it.each([
    'SELECT from_number FROM projection.calls',
    'SELECT state FROM projection.calls',
    'SELECT facts FROM projection.observations',
    'SELECT payload FROM projection.dead_letters',
    'SELECT * FROM rollcall.audit_tokens',
    'SET ROLE rollcall_audit_api',
    'SET SESSION AUTHORIZATION rollcall',
    'CREATE TABLE audit.t ()',
  ])('is refused: %s', async (statement) => {
    const client = await connect(database.databaseUrl, { name: auditor })
    try {
      await expect(client.query(statement)).rejects.toThrow(/permission denied/)
    } finally {
      await client.end()
    }
  })

  it('sees every column of every view explained', async () => {
    const { rows } = await owner.query<{ column: string }>(
      `SELECT c.table_name || '.' || c.column_name AS column FROM information_schema.columns c WHERE c.table_schema = 'audit' AND col_description((c.table_schema || '.' || c.table_name)::regclass, c.ordinal_position) IS NULL ORDER BY 1`,
    )
    expect(rows).toEqual([])
  })
})

describe('the API’s role', () => {
  const asApi = async (account: string | null, work: () => Promise<void>) => {
    await owner.query('BEGIN')
    await owner.query('SET LOCAL ROLE rollcall_audit_api')
    if (account !== null) await owner.query(`SELECT set_config('rollcall.account', $1, true)`, [account])
    await work().finally(() => owner.query('ROLLBACK'))
  }

  it('sees the account that its transaction names, and without one nothing', async () => {
    for (const [account, seen] of [
      ['acme', ['acme']],
      ['other', ['other']],
      ['acme,other', []],
      [null, []],
    ] as const)
      await asApi(account, async () => {
        for (const from of ['projection.calls', 'projection.observations', 'rollcall.windows', 'rollcall.runs', 'rollcall.day_measures', 'rollcall.accounts', ...VIEWS])
          expect([from, await accountsSeen(owner, from)]).toEqual([from, seen])
      })
  })

  it('changes nothing', async () => {
    for (const table of [...(await tables()), 'rollcall.audit_tokens', 'rollcall.auditor_accounts'])
      for (const statement of changes(table)) await asApi('acme', () => expect(owner.query(statement), statement).rejects.toThrow(/permission denied|must be owner/))
  })
})

describe('the role by which the audit topic is folded', () => {
  const mayDo = async (role: string) => {
    const { rows } = await owner.query<{ name: string; may: string }>(
      `SELECT n.nspname || '.' || c.relname AS name, string_agg(p, ' ' ORDER BY p) AS may
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p
       WHERE n.nspname IN ('projection', 'rollcall', 'audit') AND c.relkind IN ('r', 'p', 'v') AND has_table_privilege($1, c.oid, p) GROUP BY 1 ORDER BY 1`,
      [role],
    )
    return Object.fromEntries(rows.map(({ name, may }) => [name, may]))
  }

  it('may write what the topic tells, read its position, and nothing else', async () => {
    expect(await mayDo('rollcall_audit_writer')).toEqual({
      'rollcall.audit_fold': 'INSERT SELECT UPDATE',
      'rollcall.erasures': 'DELETE INSERT',
      'rollcall.exception_actions': 'DELETE INSERT',
      'rollcall.exports': 'DELETE INSERT',
      'rollcall.reveals': 'DELETE INSERT',
      'rollcall.sign_offs': 'DELETE INSERT',
      'rollcall.token_actions': 'DELETE INSERT',
      'rollcall.window_changes': 'DELETE INSERT',
    })
    const { rows } = await owner.query(
      `SELECT p.proname FROM pg_proc p WHERE p.pronamespace IN ('rollcall'::regnamespace, 'projection'::regnamespace) AND p.prosecdef AND has_function_privilege('rollcall_audit_writer', p.oid, 'EXECUTE')`,
    )
    expect(rows).toEqual([])
  })

  it('is what the audit service starts with, and no other', async () => {
    const poolOf = (role?: string) => createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 1, ...(role === undefined ? {} : { role }) })
    const [writers, owners, readers] = [poolOf('rollcall_audit_writer'), poolOf(), poolOf('rollcall_audit_api')]
    try {
      await expect(checkWriterRole(writers)).resolves.toBeUndefined()
      await expect(checkWriterRole(owners)).rejects.toThrow(/cannot write as rollcall_audit_writer.*CREATE ROLE rollcall_audit_writer/)
      await expect(checkWriterRole(readers)).rejects.toThrow(/cannot write as rollcall_audit_writer/)
      await owner.query('GRANT DELETE ON projection.calls TO rollcall_audit_writer')
      await expect(checkWriterRole(writers)).rejects.toThrow(/rollcall_audit_writer may change projection\.calls/)
    } finally {
      await owner.query('REVOKE DELETE ON projection.calls FROM rollcall_audit_writer')
      for (const pool of [writers, owners, readers]) await pool.end()
    }
  })

  it('folds as itself, and another log than before anew', async () => {
    const pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 1, role: 'rollcall_audit_writer' })
    const action = {
      account: 'acme',
      kind: 'conflict',
      subject: '["c1"]',
      logOffset: 7n,
      ceId: 'folded',
      at: 0,
      actor: 'a',
      action: 'close',
      assignee: null,
      resolution: 'fixed',
      note: 'n',
    }
    const reveal = { account: 'acme', logOffset: 8n, ceId: 'revealed', at: 0, actor: 'a', callSid: 'c1', observation: null, reason: 'r' }
    const erasure = { account: 'acme', logOffset: 9n, ceId: 'erased', at: 0, actor: 'a', callSid: 'c1', createdBefore: null, calls: 1 }
    const tokenAction = {
      account: '',
      logOffset: 10n,
      ceId: 'created',
      at: 0,
      actor: 'a',
      type: 'token-created',
      tokenId: '4f2a91c0',
      holder: 'h',
      scopes: ['audit:read'],
      expiresAt: 1,
    }
    const fold = { windowChanges: [], exceptionActions: [action], reveals: [reveal], exports: [], erasures: [erasure], tokenActions: [tokenAction], signOffs: [] }
    const kept = async () =>
      (
        await owner.query(
          `SELECT ce_id FROM rollcall.exception_actions UNION ALL SELECT ce_id FROM rollcall.reveals UNION ALL SELECT ce_id FROM rollcall.erasures UNION ALL SELECT ce_id FROM rollcall.token_actions ORDER BY 1`,
        )
      ).rows.map((row) => row.ce_id as string)
    const seeded = await kept()
    try {
      for (const offset of [0n, 11n])
        await inTransaction(pool, async (tx) => {
          expect(await lockAuditFold(tx, 'topic', 'one')).toBe(offset)
          await saveAuditFold(tx, 'topic', fold, 11n)
        })
      expect(await kept()).toEqual([...seeded, 'created', 'erased', 'folded', 'revealed'].toSorted())
      expect(await inTransaction(pool, (tx) => lockAuditFold(tx, 'topic', 'two'))).toBe(0n)
      expect(await kept()).toEqual([])
      // As a service of a version wrote that kept less of the topic.
      await owner.query(`UPDATE rollcall.audit_fold SET log_cluster_id = 'two', next_offset = 11 WHERE topic = 'topic'`)
      expect(await inTransaction(pool, (tx) => lockAuditFold(tx, 'topic', 'two'))).toBe(0n)
      for (const statement of ['SELECT FROM rollcall.reveals', "UPDATE rollcall.exception_actions SET note = 'x'", 'SELECT FROM projection.calls', 'TRUNCATE rollcall.reveals'])
        await expect(pool.query(statement), statement).rejects.toThrow(/permission denied/)
    } finally {
      await pool.end()
    }
  })
})

it('a rebuild’s tables are as protected as the ones before, and the views stand on them', async () => {
  const pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 2 })
  try {
    await makeRebuildSchema(pool, database.databaseUrl)
    await inTransaction(pool, swapInRebuild)
    await dropRebuilt(pool)
    await owner.query(
      `INSERT INTO projection.calls (account, call_sid, verified, conflicts, state, digest, version) VALUES ('acme', 'c2', true, '{}', '{}', '', 1), ('other', 'c2', true, '{}', '{}', '', 1)`,
    )
    const client = await connect(database.databaseUrl, { name: auditor })
    try {
      expect((await client.query('SELECT account, call_sid FROM audit.calls')).rows).toEqual([{ account: 'acme', call_sid: 'c2' }])
      for (const view of VIEWS) await client.query(`SELECT FROM ${view}`)
    } finally {
      await client.end()
    }
  } finally {
    await pool.end()
  }
})

describe('row security', () => {
  it('is on, for the owner too, on every table that an auditor may read', async () => {
    const { rows } = await owner.query(
      `SELECT t.schema_name || '.' || t.table_name AS name FROM rollcall.audited_tables t JOIN pg_class c ON c.oid = (t.schema_name || '.' || t.table_name)::regclass WHERE NOT (c.relrowsecurity AND c.relforcerowsecurity)`,
    )
    expect(rows).toEqual([])
  })

  it('covers everything that either role may read', async () => {
    const { rows } = await owner.query(
      `SELECT DISTINCT grantee, table_schema || '.' || table_name AS name FROM information_schema.column_privileges
       WHERE grantee IN ('rollcall_audit_api', 'rollcall_auditor') AND table_schema <> 'audit' AND (table_schema, table_name) NOT IN (SELECT schema_name, table_name FROM rollcall.audited_tables)
         AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = (table_schema || '.' || table_name)::regclass AND c.relkind = 'v' AND 'security_invoker=true' = ANY (c.reloptions)) ORDER BY 1, 2`,
    )
    expect(rows).toEqual([
      { grantee: 'rollcall_audit_api', name: 'rollcall.audit_tokens' },
      { grantee: 'rollcall_auditor', name: 'rollcall.auditor_accounts' },
    ])
  })

  it('opens every view where the roles came after them', async () => {
    await owner.query(`REVOKE ALL ON ALL TABLES IN SCHEMA audit FROM rollcall_auditor, rollcall_audit_api;
      DO $$ DECLARE v text; BEGIN FOR v IN SELECT viewname FROM pg_views WHERE schemaname = 'rollcall' AND viewname LIKE 'exceptions%' LOOP
        EXECUTE format('REVOKE ALL ON rollcall.%I FROM rollcall_auditor, rollcall_audit_api', v); END LOOP; END $$;
      SELECT rollcall.open_to_auditors()`)
    const { rows } = await owner.query<{ closed: string }>(
      `SELECT v.schemaname || '.' || v.viewname AS closed FROM pg_views v CROSS JOIN unnest(ARRAY['rollcall_auditor', 'rollcall_audit_api']) AS role
       WHERE (v.schemaname = 'audit' OR v.schemaname = 'rollcall' AND v.viewname LIKE 'exceptions%') AND NOT has_table_privilege(role, (v.schemaname || '.' || v.viewname)::regclass, 'SELECT')`,
    )
    expect(rows).toEqual([])
  })

  it('is made once, and again where it is not there yet', async () => {
    await owner.query('SELECT rollcall.open_to_auditors(), rollcall.open_to_auditors()')
    await owner.query('DROP VIEW audit.calls, audit.exceptions; SELECT rollcall.open_to_auditors()')
    await owner.query(`BEGIN; SET LOCAL ROLE rollcall_audit_api; SELECT set_config('rollcall.account', 'acme', true)`)
    expect(await accountsSeen(owner, 'audit.calls')).toEqual(['acme'])
    await owner.query('ROLLBACK')
  })
})
