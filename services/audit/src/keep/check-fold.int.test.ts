/** What somebody with all rights changes in what is kept of the audit topic is found, whatever it is; and nothing else is. */
import { randomUUID } from 'node:crypto'
import { toAuditLogRecord } from '@rollcall/contracts/audit-log-record'
import { type AuditEntry, subjectOf } from '@rollcall/contracts/audit-record'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import { canonicalTime, HOUR } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { openKeptLog } from '@rollcall/transparency-log/kept/kept-log'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createInstallation, type Installation } from '../testing/installation.ts'
import { checkFold } from './check-fold.ts'
import { createFoldWatch } from './watch-fold.ts'

const FROM = Date.UTC(2026, 0, 31, 4)
const SCAN = randomUUID()
const SEED = Number(process.env.SEED ?? 1)

const ENTRIES: readonly AuditEntry[] = [
  {
    type: 'window-changed',
    window: { from: canonicalTime(FROM), to: canonicalTime(FROM + WINDOW_MS) },
    from: { state: 'settling' },
    to: { state: 'provisional', scan: SCAN, digest: 'd' },
    reason: 'sound-scan',
    at: canonicalTime(FROM + HOUR),
    evidence: { scans: [{ scan: SCAN, startedAt: canonicalTime(FROM + HOUR), digest: 'd', listed: 1, held: 1, found: 0, unresolved: 0, projectedTo: null }], difference: null },
    watermark: null,
  },
  {
    type: 'exception-action',
    exception: { kind: 'conflict', subject: ['c1'] },
    at: canonicalTime(FROM + HOUR),
    by: 'asha',
    did: { action: 'close', resolution: 'explained', note: 'billed by hand' },
  },
  { type: 'reveal', at: canonicalTime(FROM + HOUR), by: 'asha', callSid: 'c1', observation: null, reason: 'complaint 7' },
  {
    type: 'export',
    export: randomUUID(),
    at: canonicalTime(FROM + HOUR),
    by: 'asha',
    range: { from: canonicalTime(FROM), to: canonicalTime(FROM + WINDOW_MS) },
    format: 'csv',
    windows: 1,
    calls: 1,
  },
  { type: 'erasure', at: canonicalTime(FROM + HOUR), by: 'asha', erased: { createdBefore: canonicalTime(FROM) }, calls: 3 },
  {
    type: 'token-created',
    at: canonicalTime(FROM + HOUR),
    by: 'ravi',
    token: { id: '4f2a91c0', subject: 'asha', scopes: ['audit:read'], accounts: ['acme', 'other', 'acme'], expiresAt: canonicalTime(FROM + 2 * HOUR) },
  },
  {
    type: 'day-signed',
    day: '2026-01-30',
    signed: { final: 287, amended: 1, listed: 5, exact: 4, unlisted: 3, claims: 2, digest: 'd'.repeat(64) },
    note: 'reviewed',
    at: canonicalTime(FROM + HOUR),
    by: 'asha',
  },
]
const TABLES = ['window_changes', 'exception_actions', 'reveals', 'exports', 'erasures', 'token_actions', 'sign_offs'] as const

let its: Installation
const append = async (entry: AuditEntry, id = randomUUID() as string): Promise<string> => {
  const record = toAuditLogRecord({ id, account: 'acme', type: entry.type, subject: subjectOf(entry), notedAt: FROM + HOUR, leaseEpoch: 1n, value: JSON.stringify(entry) })
  await its.log.append(AUDIT_TOPIC, [record], { deadlineMs: 10_000 })
  return id
}
/** As the reconciler keeps what it told of the window. */
const keepWindow = async (): Promise<void> => {
  const [from, at] = [new Date(FROM), new Date(FROM + HOUR)]
  await its.pool.query(`INSERT INTO rollcall.accounts (account, first_window) VALUES ('acme', $1)`, [from])
  await its.pool.query(`INSERT INTO rollcall.windows (account, window_from, state, since, detail, reason) VALUES ('acme', $1, 'provisional', $2, $3, 'sound-scan')`, [
    from,
    at,
    JSON.stringify({ state: 'provisional', scan: SCAN, digest: 'd' }),
  ])
  await its.pool.query(
    `INSERT INTO rollcall.window_scans (account, window_from, scan_id, started_at, digest, projected, unresolved, calls_listed, calls_held, calls_found, noted_at)
     VALUES ('acme', $1, $2, $3, 'd', true, 0, 1, 1, 0, $3)`,
    [from, SCAN, at],
  )
}
beforeAll(async () => {
  its = await createInstallation(FROM + 10 * HOUR)
  for (const entry of ENTRIES) {
    const id = await append(entry)
    await append(entry)
    // Published twice: kept as it came first.
    await append(entry, id)
  }
  await its.log.append(AUDIT_TOPIC, [{ key: 'acme', value: Buffer.from('{}'), headers: { ce_id: 'x' }, timestamp: FROM }], { deadlineMs: 10_000 })
  await its.folder.catchUp(Number.POSITIVE_INFINITY)
  await keepWindow()
})
afterAll(() => its?.close())

const check = () => checkFold({ log: its.log, pool: its.pool }, new AbortController().signal)
/** Runs the statements, checks, and takes them back. */
const changed = async (sql: string) => {
  for (const table of TABLES) await its.pool.query(`CREATE TABLE rollcall.kept_${table} AS TABLE rollcall.${table}`)
  await its.pool.query('CREATE TABLE rollcall.kept_audit_fold AS TABLE rollcall.audit_fold')
  try {
    await its.pool.query(sql)
    return (await check()).differences
  } finally {
    for (const table of [...TABLES, 'audit_fold'])
      await its.pool.query(`DELETE FROM rollcall.${table}; INSERT INTO rollcall.${table} TABLE rollcall.kept_${table}; DROP TABLE rollcall.kept_${table}`)
  }
}

describe('what is kept of the audit topic, folded again', () => {
  it('is as the topic tells it, duplicates and unreadable records included', async () => {
    expect(await check()).toEqual({ records: 22, differences: [] })
  })

  it('and also while more is told that is not folded yet', async () => {
    await append(ENTRIES[2] as AuditEntry)
    expect(await check()).toEqual({ records: 22, differences: [] })
    await its.folder.catchUp(Number.POSITIVE_INFINITY)
    expect(await check()).toEqual({ records: 23, differences: [] })
  })

  it('is not compared with another log, of which nothing is folded yet', async () => {
    expect(await changed(`UPDATE rollcall.audit_fold SET log_cluster_id = 'another'; UPDATE rollcall.reveals SET log_offset = 1000 WHERE log_offset = 6`)).toEqual([])
  })

  it.each<readonly [string, string, readonly { readonly table: string; readonly logOffset: bigint; readonly what: string }[]]>([
    [
      'a window is said to have moved for another reason',
      `UPDATE rollcall.window_changes SET reason = 'r' WHERE log_offset = 0`,
      [{ table: 'window_changes', logOffset: 0n, what: 'changed' }],
    ],
    [
      'the evidence of a move is another',
      `UPDATE rollcall.window_changes SET evidence = jsonb_set(evidence, '{scans,0,listed}', '2') WHERE log_offset = 1`,
      [{ table: 'window_changes', logOffset: 1n, what: 'changed' }],
    ],
    [
      'somebody else closed an exception',
      `UPDATE rollcall.exception_actions SET actor = 'ravi' WHERE log_offset = 3`,
      [{ table: 'exception_actions', logOffset: 3n, what: 'changed' }],
    ],
    ['what was noted is gone', `UPDATE rollcall.exception_actions SET note = NULL WHERE log_offset = 4`, [{ table: 'exception_actions', logOffset: 4n, what: 'changed' }]],
    [
      'a reveal never was, nor its copy',
      'DELETE FROM rollcall.reveals WHERE log_offset = 6',
      [
        { table: 'reveals', logOffset: 6n, what: 'missing' },
        { table: 'reveals', logOffset: 8n, what: 'missing' },
      ],
    ],
    ['the first of two copies is gone', 'UPDATE rollcall.reveals SET log_offset = 8 WHERE log_offset = 6', [{ table: 'reveals', logOffset: 6n, what: 'missing' }]],
    ['an export was of fewer calls', 'UPDATE rollcall.exports SET calls = 0 WHERE log_offset = 9', [{ table: 'exports', logOffset: 9n, what: 'changed' }]],
    [
      'an export is made up, where another record stands',
      `INSERT INTO rollcall.exports VALUES ('acme', 0, 'x', now(), 'a', now(), now(), 'csv', 1)`,
      [{ table: 'exports', logOffset: 0n, what: 'invented' }],
    ],
    [
      'an export is made up, of the same record as one that was',
      `INSERT INTO rollcall.exports SELECT 'another', log_offset, 'x', at, actor, range_from, range_to, format, calls FROM rollcall.exports WHERE log_offset = 9`,
      [{ table: 'exports', logOffset: 9n, what: 'invented' }],
    ],
    [
      'a reveal is made up, beyond the end of the topic',
      `INSERT INTO rollcall.reveals VALUES ('acme', 1000, 'x', now(), 'a', 'c', NULL, 'r')`,
      [{ table: 'reveals', logOffset: 1000n, what: 'invented' }],
    ],
    ['somebody else signed a day', `UPDATE rollcall.sign_offs SET actor = 'ravi' WHERE log_offset = 18`, [{ table: 'sign_offs', logOffset: 18n, what: 'changed' }]],
    ['another day was signed', `UPDATE rollcall.sign_offs SET day = '2026-01-29' WHERE log_offset = 19`, [{ table: 'sign_offs', logOffset: 19n, what: 'changed' }]],
    [
      'what was signed is what it is now',
      `UPDATE rollcall.sign_offs SET digest = repeat('e', 64) WHERE log_offset = 18`,
      [{ table: 'sign_offs', logOffset: 18n, what: 'changed' }],
    ],
    [
      'nobody signed a day',
      'DELETE FROM rollcall.sign_offs WHERE log_offset = 18',
      [
        { table: 'sign_offs', logOffset: 18n, what: 'missing' },
        { table: 'sign_offs', logOffset: 20n, what: 'missing' },
      ],
    ],
    [
      'a sign-off is made up',
      `INSERT INTO rollcall.sign_offs SELECT account, day - 1, 0, 'x', at, actor, windows_final, windows_amended, calls_listed, calls_exact, calls_unlisted, calls_claimed, digest, note FROM rollcall.sign_offs WHERE log_offset = 18`,
      [{ table: 'sign_offs', logOffset: 0n, what: 'invented' }],
    ],
    [
      'other calls were erased',
      `UPDATE rollcall.erasures SET created_before = NULL, call_sid = 'c1' WHERE log_offset = 12`,
      [{ table: 'erasures', logOffset: 12n, what: 'changed' }],
    ],
    [
      'a token allowed less',
      `UPDATE rollcall.token_actions SET scopes = '{}' WHERE log_offset = 15 AND account = 'other'`,
      [{ table: 'token_actions', logOffset: 15n, what: 'changed' }],
    ],
    [
      'a token did not reach an account',
      `DELETE FROM rollcall.token_actions WHERE log_offset = 15 AND account = 'other'`,
      [{ table: 'token_actions', logOffset: 15n, what: 'missing' }],
    ],
    [
      'a token reached one more account',
      `INSERT INTO rollcall.token_actions SELECT '', log_offset, ce_id, at, actor, type, token_id, holder, scopes, expires_at FROM rollcall.token_actions WHERE log_offset = 15 AND account = 'acme'`,
      [{ table: 'token_actions', logOffset: 15n, what: 'invented' }],
    ],
    [
      'two rows have changed places',
      `UPDATE rollcall.exports SET log_offset = -1 WHERE log_offset = 9; UPDATE rollcall.exports SET log_offset = 9 WHERE log_offset = 10; UPDATE rollcall.exports SET log_offset = 10 WHERE log_offset = -1`,
      [
        { table: 'exports', logOffset: 9n, what: 'changed' },
        { table: 'exports', logOffset: 10n, what: 'changed' },
      ],
    ],
  ])('shows where %s', async (_, sql, differences) => {
    expect(await changed(sql)).toEqual(differences)
  })

  it('tells of it once more at each look, by place and never by what it says, and no more once all of it is folded anew as the docs say', async () => {
    const told: unknown[] = []
    const kept = openKeptLog(its.keeperDirectory)
    const watch = createFoldWatch({ log: its.log, pool: its.pool, kept, logger: { error: (line: object) => told.push(line) } as never, clock: () => FROM })
    const { signal } = new AbortController()
    expect(watch.standing()).toBeNull()
    await its.pool.query(`UPDATE rollcall.exception_actions SET note = 'another'`)
    await watch.look(signal)
    expect(told).toEqual([{ event: 'audit.fold-differs', differing: 2, first: ['exception_actions 3: changed', 'exception_actions 4: changed'] }])
    expect(watch.standing()).toEqual({ at: FROM, records: 23, differing: 2 })
    await its.pool.query(`UPDATE rollcall.audit_fold SET log_cluster_id = ''`)
    await its.folder.catchUp(Number.POSITIVE_INFINITY)
    await watch.look(signal)
    expect(told).toHaveLength(1)
    expect(watch.standing()).toEqual({ at: FROM, records: 23, differing: 0 })
  })

  it('shows each of 200 random changes to any column of any row, and each row that is taken away', async () => {
    const { rows: columns } = await its.pool.query<{ table: string; column: string; type: string }>(
      `SELECT table_name AS table, column_name AS column, data_type AS type FROM information_schema.columns WHERE table_schema = 'rollcall' AND table_name = ANY($1) ORDER BY 1, ordinal_position`,
      [TABLES],
    )
    const another: Readonly<Record<string, string>> = {
      text: `coalesce($, '') || 'x'`,
      bigint: '$ + 1000000',
      integer: '$ + 1',
      boolean: 'NOT $',
      jsonb: `jsonb_build_array($)`,
      date: '$ + 1',
      ARRAY: `$ || 'x'::text`,
      'timestamp with time zone': `coalesce($, to_timestamp(0)) + interval '1 millisecond'`,
    }
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...columns), fc.nat(), fc.integer({ min: 0, max: 4 }), async ({ table, column, type }, nth, fate) => {
        const { rows } = await its.pool.query<{ place: bigint }>(`SELECT log_offset AS place FROM rollcall.${table} ORDER BY 1`)
        const where = `WHERE log_offset = ${rows[nth % rows.length]?.place}`
        const to = column === 'action' ? `CASE action WHEN 'close' THEN 'annotate' ELSE 'close' END` : (another[type] ?? '').replaceAll('$', column)
        const sql = fate === 0 ? `DELETE FROM rollcall.${table} ${where}` : `UPDATE rollcall.${table} SET ${column} = ${to} ${where}`
        expect(await changed(sql), sql).not.toEqual([])
      }),
      { numRuns: 200, seed: SEED },
    )
  })
})
