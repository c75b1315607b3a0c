/** The rows of the simulated Postgres, with transactions: a change is seen by its own transaction until it commits, and by nobody where it never does. */
export type Row = Readonly<Record<string, unknown>>

export class Table {
  readonly rows = new Map<string, Row>()
  /** Who has which row, by key. */
  readonly locks = new Map<string, Transaction>()
}

/** A row is locked by another transaction: try again once that is over. */
export class BlockedError extends Error {
  override readonly name = 'BlockedError'
  readonly by: Transaction
  constructor(by: Transaction) {
    super('the row is locked')
    this.by = by
  }
}

interface Change {
  readonly table: Table
  readonly key: string
  readonly before: Row | undefined
}

/** Commits kept, so that they can be undone: what an asynchronous replica may not have when it is promoted. */
const HISTORY_MAX = 200

export class Tables {
  readonly positions = new Table()
  readonly members = new Table()
  readonly calls = new Table()
  readonly observations = new Table()
  readonly deadLetters = new Table()
  readonly outbox = new Table()
  #serial = 0
  #history: (readonly Change[])[] = []

  serial(): number {
    this.#serial += 1
    return this.#serial
  }

  commit(writes: ReadonlyMap<Table, ReadonlyMap<string, Row | null>>): void {
    const changes: Change[] = []
    for (const [table, rows] of writes) {
      for (const [key, row] of rows) {
        changes.push({ table, key, before: table.rows.get(key) })
        if (row === null) table.rows.delete(key)
        else table.rows.set(key, row)
      }
    }
    if (changes.length > 0) this.#history.push(changes)
    if (this.#history.length > HISTORY_MAX) this.#history = this.#history.slice(-HISTORY_MAX / 2)
  }

  /** The newest commits never were. */
  forget(commits: number): number {
    const forgotten = this.#history.splice(Math.max(0, this.#history.length - commits))
    for (const changes of forgotten.toReversed()) {
      for (const { table, key, before } of changes.toReversed()) {
        if (before === undefined) table.rows.delete(key)
        else table.rows.set(key, before)
      }
    }
    return forgotten.length
  }
}

export class Transaction {
  readonly #tables: Tables
  readonly #writes = new Map<Table, Map<string, Row | null>>()
  #locked: { readonly table: Table; readonly key: string }[] = []
  /** When it last did something, epoch milliseconds. */
  lastAt: number

  constructor(tables: Tables, now: number) {
    this.#tables = tables
    this.lastAt = now
  }

  get(table: Table, key: string): Row | undefined {
    const written = this.#writes.get(table)?.get(key)
    return written === undefined ? table.rows.get(key) : (written ?? undefined)
  }

  all(table: Table): readonly (readonly [string, Row])[] {
    const written = this.#writes.get(table)
    if (written === undefined) return [...table.rows]
    const rows = new Map<string, Row | null>([...table.rows, ...written])
    return [...rows].flatMap(([key, row]) => (row === null ? [] : [[key, row] as const]))
  }

  /** @throws BlockedError where another transaction has it. */
  lock(table: Table, key: string): void {
    const holder = table.locks.get(key)
    if (holder === this) return
    if (holder !== undefined) throw new BlockedError(holder)
    table.locks.set(key, this)
    this.#locked.push({ table, key })
  }

  isLockedByOther(table: Table, key: string): boolean {
    const holder = table.locks.get(key)
    return holder !== undefined && holder !== this
  }

  /** All keys are locked before the first is written, so that a statement that is blocked has done nothing. */
  write(table: Table, rows: Iterable<readonly [string, Row | null]>): void {
    const list = [...rows]
    for (const [key] of list) this.lock(table, key)
    const written = this.#writes.get(table) ?? new Map<string, Row | null>()
    this.#writes.set(table, written)
    for (const [key, row] of list) written.set(key, row)
  }

  end(how: 'commit' | 'rollback'): void {
    if (how === 'commit') this.#tables.commit(this.#writes)
    this.#writes.clear()
    for (const { table, key } of this.#locked) table.locks.delete(key)
    this.#locked = []
  }
}
