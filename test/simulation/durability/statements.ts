/**
 * What the projector's statements do, for a Postgres in memory. A condition on which durability rests is taken from the statement's own text:
 * without it there the simulated server does not hold to it either. An unknown statement is an error, so that none is passed over.
 */
import { decodeArray } from './decode-array.ts'
import type { Row, Tables, Transaction } from './tables.ts'

export interface Result {
  readonly rows: readonly Row[]
  readonly rowCount: number
}

export interface Asked {
  readonly tables: Tables
  readonly tx: Transaction
  readonly text: string
  readonly values: readonly unknown[]
  readonly now: number
}

type Statement = (asked: Asked) => Result

const none = (rowCount = 0): Result => ({ rows: [], rowCount })
const rowsOf = (rows: readonly Row[]): Result => ({ rows, rowCount: rows.length })
const callKey = (account: unknown, callSid: unknown): string => `${account}|${callSid}`
const positionKey = (topic: unknown, partition: unknown): string => `${topic}[${partition}]`

const GIVEN = / AS given \(([^)]*)\)/
const givenColumns = new Map<string, readonly string[]>()

/** The named columns of the rows that came as one array per column. Filled in name by name: Object.fromEntries takes ten times as long. */
const given = ({ text, values }: Asked, ...names: readonly string[]): readonly GivenRow[] => {
  let columns = givenColumns.get(text)
  if (columns === undefined) {
    columns = GIVEN.exec(text)?.[1]?.split(', ') ?? []
    givenColumns.set(text, columns)
  }
  const rows: GivenRow[] = []
  for (const name of names) {
    const column = decodeArray(values[columns.indexOf(name)] as Buffer)
    for (let nth = 0; nth < column.length; nth += 1) {
      rows[nth] ??= {}
      const row = rows[nth] as GivenRow
      row[name] = column[nth]
    }
  }
  return rows
}

type GivenRow = Record<string, unknown>

const SET_AND_WHERE = /^UPDATE \w+ SET (.*) WHERE (.*)$/s
const EQUALS = /^(\w+) = \$(\d+)$/

interface Update {
  /** Column and place among the values, from 0. */
  readonly changes: readonly (readonly [column: string, nth: number])[]
  readonly conditions: readonly (readonly [column: string, nth: number])[]
}

const updates = new Map<string, Update>()

/** What `UPDATE … SET a = $1 WHERE b = $2 AND …` says. */
const updateOf = (text: string): Update => {
  const found = updates.get(text)
  if (found !== undefined) return found
  const [, set = '', where = ''] = SET_AND_WHERE.exec(text) ?? []
  const parts = (list: string, by: string) =>
    list.split(by).map((part) => {
      const [, column = '', nth = ''] = EQUALS.exec(part.trim()) ?? []
      if (column === '') throw new Error(`the simulated Postgres cannot read "${part}"`)
      return [column, Number(nth) - 1] as const
    })
  const update = { changes: parts(set, ', '), conditions: parts(where, ' AND ') }
  updates.set(text, update)
  return update
}

/** `UPDATE … SET a = $1 WHERE b = $2 AND …`, as it stands. */
const advancePosition: Statement = ({ tables, tx, text, values }) => {
  const { changes, conditions } = updateOf(text)
  const key = positionKey(values[0], values[1])
  const row = tx.get(tables.positions, key)
  if (row === undefined) return none()
  // As Postgres does, the row is locked before it is judged by its newest version.
  tx.lock(tables.positions, key)
  if (!conditions.every(([column, nth]) => String(row[column]) === String(values[nth]))) return none()
  const moved: GivenRow = { ...row }
  for (const [column, nth] of changes) moved[column] = column === 'next_offset' ? BigInt(String(values[nth])) : values[nth]
  tx.write(tables.positions, [[key, moved]])
  return none(1)
}

const VERSION_MATCHES = 'WHERE c.version = excluded.version - 1'

const named: Readonly<Record<string, Statement>> = {
  'advance-position': advancePosition,
  'read-states': (asked) =>
    rowsOf(
      given(asked, 'account', 'call_sid').flatMap(({ account, call_sid }) => {
        const row = asked.tx.get(asked.tables.calls, callKey(account, call_sid))
        return row === undefined ? [] : [{ account, call_sid, state: JSON.parse(row.state as string), version: row.version }]
      }),
    ),
  'upsert-calls': (asked) => {
    const { tables, tx, text } = asked
    const writes = given(asked, 'account', 'call_sid', 'state', 'version').map(
      ({ account, call_sid, state, version }) => [callKey(account, call_sid), { state, version: version as bigint }] as const,
    )
    for (const [key] of writes) tx.lock(tables.calls, key)
    const kept = writes.filter(([key, { version }]) => {
      const held = tx.get(tables.calls, key)
      return held === undefined || !text.includes(VERSION_MATCHES) || held.version === version - 1n
    })
    tx.write(tables.calls, kept)
    return none(kept.length)
  },
  'insert-observations': (asked) => {
    const partition = asked.values.at(-1)
    const rows = given(asked, 'log_offset', 'ce_id')
    asked.tx.write(
      asked.tables.observations,
      rows.map(({ log_offset, ce_id }) => [String(asked.tables.serial()), { partition, log_offset, ce_id }]),
    )
    return none(rows.length)
  },
  'insert-dead-letters': (asked) => {
    const partition = asked.values.at(-1)
    const rows = given(asked, 'log_offset', 'reason')
    asked.tx.write(
      asked.tables.deadLetters,
      rows.map(({ log_offset, reason }) => [String(asked.tables.serial()), { partition, log_offset, reason }]),
    )
    return none(rows.length)
  },
  'insert-outbox': (asked) => {
    const partition = asked.values.at(-1)
    const rows = given(asked, 'account', 'call_sid', 'version', 'changed', 'log_offset')
    for (const row of rows) row.partition = partition
    insertOutbox(asked, rows)
    return none(rows.length)
  },
  'read-outbox': ({ tables, tx, values }) => {
    const partitions = new Set(decodeArray(values[0] as Buffer))
    const rows = tx
      .all(tables.outbox)
      .map(([, row]) => row)
      .filter(({ partition }) => partitions.has(partition))
      .slice(0, Number(values[1]))
    return rowsOf(
      rows.map(({ id, account, call_sid, changed, partition, log_offset, version }) => {
        const call = tx.get(tables.calls, callKey(account, call_sid))
        const now = { state: call === undefined ? null : JSON.parse(call.state as string), version: call?.version ?? null }
        return { id, account, call_sid, changed, partition, log_offset, noted_version: version, state: now.state, version: now.version }
      }),
    )
  },
  'forget-published': (asked) => {
    const { tables, tx, values } = asked
    const ids = decodeArray(values.at(-1) as Buffer).filter((id) => tx.get(tables.outbox, String(id)) !== undefined)
    tx.write(
      tables.outbox,
      ids.map((id) => [String(id), null]),
    )
    const again = given(asked, 'partition', 'account', 'call_sid', 'changed', 'log_offset', 'version', 'gone').flatMap((row) => {
      const version = tx.get(tables.calls, callKey(row.account, row.call_sid))?.version ?? null
      return version === (row.gone ? null : row.version) ? [] : [{ ...row, version: version ?? (row.version as bigint) + 1n }]
    })
    insertOutbox(asked, again)
    return none(again.length)
  },
}

const insertOutbox = ({ tables, tx }: Asked, rows: readonly Row[]): void => {
  tx.write(
    tables.outbox,
    rows.map(({ account, call_sid, version, changed, partition, log_offset }) => {
      const id = tables.serial()
      return [String(id), { id: BigInt(id), account, call_sid, version, changed: typeof changed === 'string' ? changed.split(',') : changed, partition, log_offset }]
    }),
  )
}

const lists = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const ownedRow = ({ partition, epoch, next_offset, last_record_sha256 }: Row): Row => ({ partition, epoch, next_offset, last_record_sha256 })

/** Of those that begin like this, the first. */
const unnamed: readonly (readonly [string, Statement])[] = [
  [
    'INSERT INTO rollcall.projector_members',
    ({ tables, tx, values, now }) => {
      tx.write(tables.members, [[String(values[0]), { instance: values[0], seen_at: now }]])
      return none(1)
    },
  ],
  ['DELETE FROM rollcall.projector_members WHERE seen_at', () => none()],
  [
    'DELETE FROM rollcall.projector_members WHERE instance',
    ({ tables, tx, values }) => {
      tx.write(tables.members, [[String(values[0]), null]])
      return none(1)
    },
  ],
  [
    'SELECT instance FROM rollcall.projector_members',
    ({ tables, tx, values, now }) =>
      rowsOf(
        tx
          .all(tables.members)
          .map(([, row]) => row)
          .filter(({ seen_at }) => (seen_at as number) > now - Number(values[0])),
      ),
  ],
  [
    'INSERT INTO projection_positions',
    ({ tables, tx, values: [topic, partitions, clusterId] }) => {
      const missing = lists(partitions).filter((partition) => tx.get(tables.positions, positionKey(topic, partition)) === undefined)
      tx.write(
        tables.positions,
        missing.map((partition) => [
          positionKey(topic, partition),
          { topic, partition, next_offset: 0n, last_record_sha256: null, epoch: 0n, owner: null, lease_until: null, log_cluster_id: clusterId },
        ]),
      )
      return none(missing.length)
    },
  ],
  [
    'UPDATE projection_positions SET owner = NULL, lease_until = NULL',
    ({ tables, tx, values: [topic, owner, share], text }) => {
      const keeps = new Set(text.includes('ANY ($3)') ? lists(share) : [])
      const rows = tx.all(tables.positions).filter(([, row]) => row.topic === topic && row.owner === owner && !keeps.has(row.partition))
      tx.write(
        tables.positions,
        rows.map(([key, row]) => [key, { ...row, owner: null, lease_until: null }]),
      )
      return none(rows.length)
    },
  ],
  [
    'UPDATE projection_positions p SET lease_until',
    ({ tables, tx, now, text, values: [topic, owner, leaseMs, partitions, epochs] }) => {
      const held = new Map(lists(partitions).map((partition, nth) => [partition, String(lists(epochs)[nth])]))
      const isOurs = (row: Row): boolean =>
        held.has(row.partition) && row.owner === owner && (!text.includes('p.epoch = held.epoch') || String(row.epoch) === held.get(row.partition))
      const rows = tx.all(tables.positions).filter(([, row]) => row.topic === topic && isOurs(row))
      tx.write(
        tables.positions,
        rows.map(([key, row]) => [key, { ...row, lease_until: now + Number(leaseMs) }]),
      )
      return rowsOf(rows.map(([, row]) => ownedRow(row)))
    },
  ],
  [
    'UPDATE projection_positions p SET owner',
    ({ tables, tx, now, text, values: [topic, owner, leaseMs, partitions, clusterId] }) => {
      const wanted = new Set(lists(partitions))
      const isFree = (row: Row): boolean => row.owner === null || row.owner === owner || (row.lease_until as number) < now
      const rows = tx.all(tables.positions).filter(([key, row]) => row.topic === topic && wanted.has(row.partition) && isFree(row) && !tx.isLockedByOther(tables.positions, key))
      const claimed = rows.map(([key, row]) => {
        const epoch = text.includes('epoch = p.epoch + 1') ? (row.epoch as bigint) + 1n : row.epoch
        return [key, { ...row, owner, lease_until: now + Number(leaseMs), epoch, log_cluster_id: row.next_offset === 0n ? clusterId : row.log_cluster_id }] as const
      })
      tx.write(tables.positions, claimed)
      return rowsOf(claimed.map(([, row]) => ownedRow(row)))
    },
  ],
  [
    'SELECT log_cluster_id FROM projection_positions',
    ({ tables, tx, values: [topic, clusterId] }) =>
      rowsOf(
        tx
          .all(tables.positions)
          .map(([, row]) => row)
          .filter((row) => row.topic === topic && row.log_cluster_id !== clusterId && (row.next_offset as bigint) > 0n),
      ),
  ],
  [
    'SELECT epoch FROM projection_positions',
    ({ tables, tx, values: [topic, partition] }) => {
      const row = tx.get(tables.positions, positionKey(topic, partition))
      return rowsOf(row === undefined ? [] : [{ epoch: row.epoch }])
    },
  ],
]

const SPACES = /\s+/g
const known = new Map<string, Statement>()

/** @throws Error for a statement that is not known here. */
export const statementFor = (name: string | undefined, text: string): Statement => {
  const found = known.get(text)
  if (found !== undefined) return found
  const plain = text.trim().replace(SPACES, ' ')
  const statement = (name === undefined ? undefined : named[name]) ?? unnamed.find(([begin]) => plain.startsWith(begin))?.[1]
  if (statement === undefined) throw new Error(`the simulated Postgres does not know this statement: ${name ?? ''} ${plain.slice(0, 120)}; teach it in statements.ts`)
  known.set(text, statement)
  return statement
}
