/** What the owner of a database may do to evidence, drawn by chance over every table and column that is evidence. As a superuser, without triggers and foreign keys. */
import { hash } from 'node:crypto'
import { canonicalJson } from '@rollcall/domain/certificate/canonical-json'
import type { Random } from '@rollcall/exotel-simulator/random'
import type { Queryable } from '@rollcall/store/queryable'
import { packLeaves, unpackLeaves } from '@rollcall/transparency-log/window/packed-leaves'
import { otherValue } from './other-value.ts'
import type { EvidenceColumn, EvidenceTable } from './what-is-evidence.ts'

export interface Tampering {
  readonly db: Queryable
  readonly random: Random
  readonly tables: readonly EvidenceTable[]
  /** Runs a statement, remembers its text, and says whether it changed anything. */
  run(text: string, values?: readonly unknown[]): Promise<boolean>
  /** Puts the keeper back to where it was before. */
  rollBackKeeper(): void
  /** What a row was before it was touched: its account and day are checked first. */
  touch(row: Readonly<Record<string, unknown>>): void
}

/** Of which table the check is to be asked first; null: this draw would have changed nothing. */
export type DatabaseTamper = (tampering: Tampering) => Promise<string | null>

interface Row {
  /** Where it is stored. */
  readonly at: string
  readonly row: Readonly<Record<string, unknown>>
}

const DELETED_MAX = 3

const pick = <T>(items: readonly T[], random: Random): T => {
  const item = items[random.integer(0, items.length - 1)]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}
const pickTable = ({ tables, random }: Tampering, fits: (table: EvidenceTable) => boolean = () => true): EvidenceTable => pick(tables.filter(fits), random)

const pickRow = async ({ db, random, touch }: Tampering, table: string, where = 'true'): Promise<Row | null> => {
  const { rows: counted } = await db.query<{ rows: number }>(`SELECT count(*)::int AS rows FROM ${table} WHERE ${where}`)
  const count = counted[0]?.rows ?? 0
  if (count === 0) return null
  const { rows } = await db.query<Row>(
    `SELECT format('tableoid = %s AND ctid = %L', tableoid::oid, ctid) AS at, to_jsonb(t) AS row FROM ${table} t WHERE ${where} ORDER BY tableoid, ctid OFFSET ${random.integer(0, count - 1)} LIMIT 1`,
  )
  if (rows[0] !== undefined) touch(rows[0].row)
  return rows[0] ?? null
}

const typed = (table: string, column: string, nth: number): string => `(jsonb_populate_record(NULL::${table}, jsonb_build_object('${column}', $${nth}::jsonb))).${column}`

const setValue = ({ run }: Tampering, table: string, { at }: Row, { name }: EvidenceColumn, value: unknown): Promise<boolean> =>
  run(`UPDATE ${table} SET ${name} = ${typed(table, name, 1)} WHERE ${at} AND ${name} IS DISTINCT FROM ${typed(table, name, 1)}`, [JSON.stringify(value)])

const flipValue: DatabaseTamper = async (tampering) => {
  const { random } = tampering
  const table = pickTable(tampering)
  const column = pick(table.columns, random)
  const row = await pickRow(tampering, table.name)
  if (row === null) return null
  const value = column.nullable && random.chance(0.15) ? null : otherValue(column.type, row.row[column.name], random)
  return (await setValue(tampering, table.name, row, column, value)) ? table.name : null
}

/** Of another row, which makes it look as good as a true one. */
const takeValueOfAnother: DatabaseTamper = async (tampering) => {
  const table = pickTable(tampering)
  const column = pick(table.columns, tampering.random)
  const [row, other] = [await pickRow(tampering, table.name), await pickRow(tampering, table.name)]
  if (row === null || other === null) return null
  return (await setValue(tampering, table.name, row, column, other.row[column.name] ?? null)) ? table.name : null
}

const exchangeValues: DatabaseTamper = async (tampering) => {
  const table = pickTable(tampering)
  const column = pick(
    table.columns.filter(({ isKey }) => !isKey),
    tampering.random,
  )
  const [a, b] = [await pickRow(tampering, table.name), await pickRow(tampering, table.name)]
  if (a === null || b === null) return null
  const changed = await tampering.run(
    `UPDATE ${table.name} t SET ${column.name} = o.${column.name} FROM ${table.name} o
     WHERE ((${placed('t', a)} AND ${placed('o', b)}) OR (${placed('t', b)} AND ${placed('o', a)})) AND t.${column.name} IS DISTINCT FROM o.${column.name}`,
  )
  return changed ? table.name : null
}
const placed = (alias: string, { at }: Row): string => `(${at.replace('tableoid', `${alias}.tableoid`).replace(' ctid', ` ${alias}.ctid`)})`

const deleteRows: DatabaseTamper = async (tampering) => {
  const { random } = tampering
  const table = pickTable(tampering)
  let changed = false
  for (let left = random.integer(1, DELETED_MAX); left > 0; left -= 1) {
    const row = await pickRow(tampering, table.name)
    if (row !== null) changed = (await tampering.run(`DELETE FROM ${table.name} WHERE ${row.at}`)) || changed
  }
  return changed ? table.name : null
}

/** As a true one, of something that never was. */
const makeUpRow: DatabaseTamper = async (tampering) => {
  const { random, run } = tampering
  const table = pickTable(tampering)
  const row = await pickRow(tampering, table.name)
  if (row === null) return null
  const keys = table.columns.filter(({ isKey }) => isKey)
  const key = pick(keys.length === 0 ? table.columns : keys, random)
  // What is of an account that nobody reconciles is shown to nobody: of another one that there is.
  const another = key.name === 'account' ? (await pickRow(tampering, table.name))?.row.account : otherValue(key.type, row.row[key.name], random)
  if (another === row.row[key.name] && keys.length > 0) return null
  const changes: Record<string, unknown> = { [key.name]: another }
  if ('ce_id' in row.row) changes.ce_id = random.hex(12)
  const columns = table.all.join(', ')
  const made = await run(`INSERT INTO ${table.name} (${columns}) SELECT ${columns} FROM jsonb_populate_record(NULL::${table.name}, $1::jsonb)`, [
    JSON.stringify({ ...row.row, ...changes }),
  ])
  return made ? table.name : null
}

const FAR_AWAY = `interval '100 years'`
const exchangeWindows: DatabaseTamper = async (tampering) => {
  const { random, run } = tampering
  const table = pickTable(tampering, ({ columns }) => columns.some(({ name }) => name === 'window_from'))
  const [a, b] = [await pickRow(tampering, table.name), await pickRow(tampering, table.name)]
  if (a === null || b === null || a.row.account !== b.row.account || a.row.window_from === b.row.window_from) return null
  const account = a.row.account
  const move = (from: unknown, to: string, value: unknown): Promise<boolean> =>
    run(`UPDATE ${table.name} SET window_from = ${to} WHERE account = $1 AND window_from = $2::timestamptz AND $3::timestamptz IS NOT NULL`, [account, from, value])
  const isAmong = random.chance(0.5)
  // Of which nothing but their time is different they are exchanged by nobody.
  if (isAmong && JSON.stringify({ ...a.row, window_from: null }) === JSON.stringify({ ...b.row, window_from: null })) return null
  if (isAmong) await move(b.row.window_from, `window_from + ${FAR_AWAY}`, a.row.window_from)
  else await run(`DELETE FROM ${table.name} WHERE account = $1 AND window_from = $2::timestamptz`, [account, b.row.window_from])
  await move(a.row.window_from, '$3::timestamptz', b.row.window_from)
  if (isAmong)
    await run(`UPDATE ${table.name} SET window_from = $2::timestamptz WHERE account = $1 AND window_from = $3::timestamptz + ${FAR_AWAY}`, [
      account,
      a.row.window_from,
      b.row.window_from,
    ])
  return table.name
}

const moveCall: DatabaseTamper = async (tampering) => {
  const { random } = tampering
  const row = await pickRow(tampering, 'projection.calls', 'created_at IS NOT NULL')
  const other = await pickRow(tampering, 'projection.calls', 'created_at IS NOT NULL')
  if (row === null || other === null) return null
  const [column, value] = random.chance(0.5) ? (['created_at', other.row.created_at] as const) : (['account', other.row.account] as const)
  const changed = await tampering.run(`UPDATE projection.calls SET ${column} = $1 WHERE ${row.at} AND ${column} IS DISTINCT FROM $1`, [value])
  return changed ? 'projection.calls' : null
}

/** Behind the word of Postgres that it refused what was told of it. */
const hideCall: DatabaseTamper = async (tampering) => {
  const row = await pickRow(tampering, 'projection.calls')
  if (row === null) return null
  const { account, call_sid: callSid } = row.row
  await tampering.run(
    `INSERT INTO projection.dead_letters (partition, log_offset, account, surface, reason, headers, payload, received_at)
     SELECT partition, log_offset, account, surface, 'Postgres refused what it says (SQLSTATE 22021)', '{}', '', received_at FROM projection.observations WHERE account = $1 AND call_sid = $2
     ON CONFLICT DO NOTHING`,
    [account, callSid],
  )
  await tampering.run('DELETE FROM projection.observations WHERE account = $1 AND call_sid = $2', [account, callSid])
  await tampering.run('DELETE FROM projection.calls WHERE account = $1 AND call_sid = $2', [account, callSid])
  return 'projection.calls'
}

const TOTALS = ['totals', 'listed', 'counts', 'difference', 'tree'] as const

/** And, as whoever knows how would, what leads to it: its hash, and where the log is said to have it. */
const editTotals: DatabaseTamper = async (tampering) => {
  const { random, run } = tampering
  const row = await pickRow(tampering, 'rollcall.window_certificates')
  if (row === null) return null
  const certificate = JSON.parse(String(row.row.value))
  const part = pick(
    TOTALS.filter((name) => certificate[name] !== null),
    random,
  )
  const name = pick(
    Object.keys(certificate[part]).filter((each) => typeof certificate[part][each] !== 'object'),
    random,
  )
  const old = certificate[part][name]
  certificate[part][name] = typeof old === 'number' ? old + random.integer(1, 9) : part === 'tree' ? random.hex(64) : `${random.integer(1_000, 9_999)}.5`
  const value = canonicalJson(certificate)
  const sha256 = hash('sha256', value)
  const isThorough = random.chance(0.5)
  const changed = await run(`UPDATE rollcall.window_certificates SET value = $1 ${isThorough ? ', sha256 = $2' : ''} WHERE ${row.at} AND $2::text <> ''`, [value, sha256])
  if (isThorough) await run('UPDATE rollcall.audit_leaves SET value_sha256 = $1 WHERE value_sha256 = $2', [sha256, row.row.sha256])
  return changed ? 'rollcall.window_certificates' : null
}

/** Of the calls of a certificate: one is edited, taken out, made up, there twice, or they are in another order. */
const editLeaves: DatabaseTamper = async (tampering) => {
  const { random, run } = tampering
  const row = await pickRow(tampering, 'rollcall.certified_leaves')
  if (row === null) return null
  const bytes = Buffer.from(String(row.row.leaves).slice(2), 'hex')
  const leaves = [...unpackLeaves(bytes)]
  if (leaves.length < 2) return null
  const at = random.integer(0, leaves.length - 2)
  const leaf = JSON.parse(leaves[at] ?? '')
  const how = random.integer(0, 4)
  if (how === 0) leaves[at] = canonicalJson({ ...leaf, fields: { ...leaf.fields, price: `${random.integer(10, 99)}.25` } })
  if (how === 1) leaves.splice(at, 1)
  if (how === 2) leaves.splice(at, 0, canonicalJson({ ...leaf, callSid: random.hex(32) }))
  if (how === 3) leaves.splice(at, 0, leaves[at] ?? '')
  if (how === 4) leaves.splice(at, 2, leaves[at + 1] ?? '', leaves[at] ?? '')
  const changed = await run(`UPDATE rollcall.certified_leaves SET leaves = decode($1, 'hex') WHERE ${row.at}`, [packLeaves(leaves).toString('hex')])
  return changed ? 'rollcall.certified_leaves' : null
}

/** From one window, or account, to another. */
const moveLeaf: DatabaseTamper = async (tampering) => {
  const { random, run } = tampering
  const [from, to] = [await pickRow(tampering, 'rollcall.certified_leaves'), await pickRow(tampering, 'rollcall.certified_leaves')]
  if (from === null || to === null || from.at === to.at) return null
  const [own, others] = [from, to].map(({ row }) => [...unpackLeaves(Buffer.from(String(row.leaves).slice(2), 'hex'))])
  if (own === undefined || others === undefined || own.length === 0) return null
  others.push(...own.splice(random.integer(0, own.length - 1), 1))
  others.sort()
  const save = (row: Row, leaves: readonly string[]): Promise<boolean> =>
    run(`UPDATE rollcall.certified_leaves SET leaves = decode($1, 'hex') WHERE ${row.at}`, [packLeaves(leaves).toString('hex')])
  await save(from, own)
  await save(to, others)
  return 'rollcall.certified_leaves'
}

/** What was concluded of a window is as it was before its last change, in every table. */
const rollBackWindow: DatabaseTamper = async (tampering) => {
  const { run } = tampering
  const row = await pickRow(tampering, 'rollcall.window_certificates', 'sequence > 1')
  if (row === null) return null
  const window = [row.row.account, row.row.window_from]
  const where = 'account = $1 AND window_from = $2::timestamptz'
  await run(`DELETE FROM rollcall.window_certificates WHERE ${where} AND sequence = (SELECT max(sequence) FROM rollcall.window_certificates WHERE ${where})`, window)
  await run(`UPDATE rollcall.certified_leaves SET sequence = sequence - 1 WHERE ${where}`, window)
  await run(`DELETE FROM rollcall.window_changes WHERE ${where} AND log_offset = (SELECT max(log_offset) FROM rollcall.window_changes WHERE ${where})`, window)
  await run(
    `UPDATE rollcall.windows SET state = c.to_state, reason = c.reason, since = c.at FROM (SELECT to_state, reason, at FROM rollcall.window_changes WHERE ${where} ORDER BY log_offset DESC LIMIT 1) c WHERE ${where}`,
    window,
  )
  return 'rollcall.window_changes'
}

/** All that was told after some record is gone, as if it had never been. */
const rollBackAll: DatabaseTamper = async (tampering) => {
  const { random, run, db } = tampering
  const { rows } = await db.query<{ last: bigint }>('SELECT max(leaf) AS last FROM rollcall.audit_leaves')
  const from = random.integer(0, Number(rows[0]?.last ?? 0))
  let changed = false
  for (const table of ['window_changes', 'exception_actions', 'reveals', 'exports'])
    changed = (await run(`DELETE FROM rollcall.${table} WHERE log_offset >= $1`, [from])) || changed
  if (random.chance(0.5)) changed = (await run('DELETE FROM rollcall.audit_leaves WHERE leaf >= $1', [from])) || changed
  return changed ? 'rollcall.window_changes' : null
}

const rollBackCheckpoint: DatabaseTamper = async ({ run, random, rollBackKeeper }) => {
  rollBackKeeper()
  // And nothing that was signed since is said to be anywhere.
  if (random.chance(0.5)) await run(`DELETE FROM rollcall.audit_leaves WHERE leaf >= (SELECT max(leaf) / 2 FROM rollcall.audit_leaves)`)
  return 'rollcall.certified_leaves'
}

export const DATABASE_TAMPERS: Readonly<Record<string, { readonly tamper: DatabaseTamper; readonly weight: number }>> = {
  'a value is another': { tamper: flipValue, weight: 30 },
  'a value is that of another row': { tamper: takeValueOfAnother, weight: 10 },
  'two rows exchange a value': { tamper: exchangeValues, weight: 10 },
  'rows are deleted': { tamper: deleteRows, weight: 12 },
  'a row is made up': { tamper: makeUpRow, weight: 12 },
  'two windows are exchanged, or one is put in the place of another': { tamper: exchangeWindows, weight: 6 },
  'a call is moved to another window or account': { tamper: moveCall, weight: 4 },
  'a call is hidden behind a dead letter': { tamper: hideCall, weight: 3 },
  'totals of a certificate are edited': { tamper: editTotals, weight: 4 },
  'certified calls are edited': { tamper: editLeaves, weight: 4 },
  'a certified call is moved to another window or account': { tamper: moveLeaf, weight: 2 },
  'a window is rolled back': { tamper: rollBackWindow, weight: 2 },
  'what was told is rolled back': { tamper: rollBackAll, weight: 2 },
  'the checkpoint is rolled back': { tamper: rollBackCheckpoint, weight: 2 },
}
