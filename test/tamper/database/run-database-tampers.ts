import { createRandom } from '@rollcall/exotel-simulator/random'
import type { Connection, Pool } from '@rollcall/store/pool'
import { DATABASE_TAMPERS, type Tampering } from './database-tampers.ts'
import { firstToFind, type Looked, productChecks } from './product-checks.ts'
import { createTamperWorld, type TamperWorld } from './tamper-world.ts'
import { withinTransaction } from './tampering-session.ts'
import { CHECKS, type Classified, classify } from './what-is-evidence.ts'

export interface DatabaseTally {
  readonly seed: number
  readonly from: number
  readonly count: number
  readonly caught: number
  /** How often each kind was tried, and what found it first. */
  readonly kinds: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** The same by table. */
  readonly tables: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Seed, number and statements of those that nothing found. */
  readonly missed: readonly string[]
  /** What is not classified, and checks that found something where nothing was tampered with. */
  readonly wrong: readonly string[]
  /** What auditors read and no check sees: nothing of it was tampered with. */
  readonly open: Classified['open']
  readonly seconds: number
}

/** Draws that change nothing, or that Postgres refuses, are drawn again. */
const DRAWS_MAX = 200
const NOTHING_EVERY = 500
/** SQLSTATE classes by which Postgres refuses a row as it is, whoever writes it. */
const REFUSED = /^(22|23)/

type Matrix = Record<string, Record<string, number>>

export interface DatabaseRun {
  readonly count: number
  readonly seed: number
  /** The first number: of a run that is made in parts, or that is made again. */
  readonly from: number
  readonly lanes: number
  readonly onDone?: (done: number) => void
}

/** Tampers `count` times with copies of one database, undoing each; the seed and the number say how. @param lanes copies that are tampered with at once */
export const runDatabaseTampers = async (
  servers: { readonly superuserUrl: string; readonly databaseUrl: string },
  { count, seed, from, lanes, onDone = () => {} }: DatabaseRun,
): Promise<DatabaseTally> => {
  const world = await createTamperWorld(servers.superuserUrl, servers.databaseUrl, lanes)
  const [kinds, tables]: [Matrix, Matrix] = [{}, {}]
  const [missed, wrong]: [string[], string[]] = [[], []]
  const began = performance.now()
  let next = from
  let done = 0
  const note = ({ kind, table, found, statements, nth }: Tampered): void => {
    const by = found ?? 'NOT CAUGHT'
    kinds[kind] = { ...kinds[kind], [by]: (kinds[kind]?.[by] ?? 0) + 1 }
    tables[table] = { ...tables[table], [by]: (tables[table]?.[by] ?? 0) + 1 }
    if (found === null) missed.push(`seed ${seed}, number ${nth}, ${kind}: ${statements.join('; ')}`)
    done += 1
    if (done % NOTHING_EVERY === 0) onDone(done)
  }
  /** One copy of the database, and one tampering with it after the other. */
  const runLane = async (pool: Pool, lane: number): Promise<Classified['open']> => {
    const connection = await pool.connect()
    try {
      await connection.query('SET jit = off')
      const { evidence, open, wrong: unclassified } = await classify(connection)
      const its = { world, connection, lane, evidence, seed }
      wrong.push(...(lane === 0 ? unclassified : []), ...(await findNothing(its)))
      for (let own = 1; next < from + count && wrong.length === 0; own += 1) {
        next += 1
        note(await tamperOnce(its, next - 1))
        if (own % Math.ceil(NOTHING_EVERY / lanes) === 0) wrong.push(...(await findNothing(its)))
      }
      wrong.push(...(await findNothing(its)))
      return open
    } finally {
      connection.release(true)
    }
  }
  try {
    const [open = {}] = await Promise.all(world.superusers.map(runLane))
    return { seed, from, count, caught: done - missed.length, kinds, tables, missed, wrong, open, seconds: Math.round((performance.now() - began) / 100) / 10 }
  } finally {
    await world.close()
  }
}

interface Lane {
  readonly world: TamperWorld
  readonly connection: Connection
  readonly lane: number
  readonly evidence: Classified['evidence']
  readonly seed: number
}

interface Tampered {
  readonly nth: number
  readonly kind: string
  readonly table: string
  /** Null: nothing did. */
  readonly found: string | null
  readonly statements: readonly string[]
}

const lookedAt = (world: TamperWorld, connection: Connection): Looked => ({ db: withinTransaction(connection), keeperDirectory: world.keeperDirectory, saved: world.saved })

/** Every check, where nothing was tampered with. */
const findNothing = async ({ world, connection, lane }: Lane): Promise<readonly string[]> => {
  const ask = productChecks(world, lane)
  const wrong: string[] = []
  await connection.query('BEGIN')
  for (const name of CHECKS) {
    const found = await ask(name, lookedAt(world, connection))
    if (found !== null) wrong.push(`nothing was tampered with, and ${name} finds: ${found}`)
  }
  await connection.query('ROLLBACK')
  return wrong
}

const tamperOnce = async ({ world, connection, lane, evidence: tables, seed }: Lane, nth: number): Promise<Tampered> => {
  const random = createRandom(seed, nth)
  for (let draw = 0; draw < DRAWS_MAX; draw += 1) {
    const statements: string[] = []
    let keeperDirectory = world.keeperDirectory
    let touched: Looked['first']
    const tampering: Tampering = {
      db: connection,
      random,
      tables,
      run: async (text, values = []) => {
        statements.push(`${text.replaceAll(/\s+/g, ' ')}${values.length === 0 ? '' : ` -- ${JSON.stringify(values).slice(0, 300)}`}`)
        return ((await connection.query(text, [...values])).rowCount ?? 0) > 0
      },
      touch: ({ account, created_at: createdAt, first_webhook_at: toldAt, received_at: receivedAt }) => {
        touched ??= { account, at: Date.parse(String(createdAt ?? toldAt ?? receivedAt ?? '2026-01-15')) }
      },
      rollBackKeeper: () => {
        keeperDirectory = world.earlierDirectories[random.integer(0, world.earlierDirectories.length - 1)] ?? keeperDirectory
        statements.push(`the keeper's directory is that of before`)
      },
    }
    const [kind, { tamper }] = random.pick(Object.entries(DATABASE_TAMPERS).map((entry) => Object.assign(entry, { weight: entry[1].weight })))
    await connection.query('BEGIN; SET LOCAL session_replication_role = replica')
    try {
      const table = await tamper(tampering)
      if (table === null) continue
      const first = tables.find(({ name }) => name === table)?.check ?? 'pack'
      const saved = keeperDirectory === world.keeperDirectory ? world.saved : world.latest
      const found = await firstToFind(productChecks(world, lane), first, { ...lookedAt(world, connection), keeperDirectory, saved, first: touched })
      return { nth, kind, table, found, statements }
    } catch (error) {
      if (!REFUSED.test(String((error as { code?: unknown }).code))) throw new Error(`seed ${seed}, number ${nth}, ${kind}: ${statements.join('; ')}`, { cause: error })
    } finally {
      await connection.query('ROLLBACK')
    }
  }
  throw new Error(`seed ${seed}, number ${nth}: ${DRAWS_MAX} draws changed nothing`)
}
