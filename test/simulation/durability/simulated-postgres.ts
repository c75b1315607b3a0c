/**
 * As much of a Postgres as the projector needs, in memory: transactions with row locks, connections that break, commits whose answer is
 * lost, and a replica without the newest commits that takes the primary's place. Statements: statements.ts.
 */
import type { Random } from '@rollcall/exotel-simulator/random'
import type { Pool } from '@rollcall/store/pool'
import { type Result, statementFor } from './statements.ts'
import { BlockedError, Tables, Transaction } from './tables.ts'
import type { Life, VirtualTime } from './virtual-time.ts'

export interface SimulatedPostgres {
  readonly tables: Tables
  poolOf(life: Life): Pool
  /** Its connections are closed, and with them its transactions. */
  left(life: Life): void
  /** Every connection breaks; what was committed stays, but for the newest commits, where a replica takes over that does not have them. */
  crash(commitsLost: number): number
  setAway(isAway: boolean): void
  /** How often a commit is done and its answer lost. */
  setLostCommits(rate: number): void
  lostCommits(): number
}

interface Session {
  readonly life: Life
  tx: Transaction | null
  isBroken: boolean
}

const LATENCY_MS = 0.6
/** As the projector's own pool asks for. */
const IDLE_IN_TRANSACTION_MS_MAX = 10_000
const LOST = 'Connection terminated unexpectedly'

export const createSimulatedPostgres = (time: VirtualTime, random: Random): SimulatedPostgres => {
  const tables = new Tables()
  /** Few at a time; a Set would be made anew whenever it becomes empty. */
  const sessions: Session[] = []
  let waiting: (() => void)[] = []
  let isAway = false
  let lostRate = 0
  let lost = 0

  const released = (): void => {
    const retries = waiting
    waiting = []
    for (const retry of retries) time.after(0, null, retry)
  }
  const endTransaction = (session: Session, how: 'commit' | 'rollback'): void => {
    session.tx?.end(how)
    session.tx = null
    released()
  }
  const leave = (session: Session): void => {
    const at = sessions.indexOf(session)
    if (at >= 0) sessions.splice(at, 1)
  }
  const breakOff = (session: Session): void => {
    session.isBroken = true
    leave(session)
    endTransaction(session, 'rollback')
  }

  const runOnServer = (session: Session, name: string | undefined, text: string, values: readonly unknown[]): Result => {
    if (session.tx !== null) session.tx.lastAt = time.now()
    switch (text) {
      case 'BEGIN':
        session.tx = new Transaction(tables, time.now())
        return { rows: [], rowCount: 0 }
      case 'COMMIT':
      case 'ROLLBACK':
        endTransaction(session, text === 'COMMIT' ? 'commit' : 'rollback')
        if (text === 'ROLLBACK' || !random.chance(lostRate)) return { rows: [], rowCount: 0 }
        lost += 1
        breakOff(session)
        throw new Error(LOST)
      default: {
        const tx = session.tx ?? new Transaction(tables, time.now())
        try {
          const result = statementFor(name, text)({ tables, tx, text, values, now: time.now() })
          if (session.tx === null) tx.end('commit')
          return result
        } catch (error) {
          if (session.tx === null) tx.end('rollback')
          throw error
        } finally {
          if (session.tx === null) released()
        }
      }
    }
  }

  /** Whoever holds the row idly for too long is thrown out. */
  const waitFor = (blocker: Transaction, retry: () => void): void => {
    waiting.push(retry)
    const idleUntil = blocker.lastAt + IDLE_IN_TRANSACTION_MS_MAX
    time.after(idleUntil - time.now(), null, () => {
      const holder = sessions.find(({ tx }) => tx === blocker)
      if (holder !== undefined && time.now() >= blocker.lastAt + IDLE_IN_TRANSACTION_MS_MAX) breakOff(holder)
    })
  }

  type Query = string | { readonly name?: string; readonly text: string; readonly values?: readonly unknown[] }
  const ask = (session: Session, query: Query, more?: readonly unknown[]): Promise<Result> =>
    new Promise((resolve, reject) => {
      const { life } = session
      const { name, text, values = more ?? [] } = typeof query === 'string' ? { name: undefined, text: query } : query
      const attempt = (): void => {
        if (life.isDead()) return
        try {
          if (session.isBroken || isAway) throw new Error(LOST)
          const result = runOnServer(session, name, text, values)
          time.deliver(life, () => resolve(result))
        } catch (error) {
          if (error instanceof BlockedError) {
            waitFor(error.by, attempt)
            return
          }
          if (!session.isBroken && session.tx !== null) breakOff(session)
          time.deliver(life, () => reject(error))
        }
      }
      time.after(LATENCY_MS * random.unit(), null, attempt)
    })

  const open = (life: Life): Session => {
    const session: Session = { life, tx: null, isBroken: false }
    sessions.push(session)
    return session
  }

  return {
    tables,
    poolOf: (life) => {
      const pool = {
        query: async (query: Query, values?: readonly unknown[]) => {
          const session = open(life)
          try {
            return await ask(session, query, values)
          } finally {
            leave(session)
          }
        },
        connect: async () => {
          if (isAway) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
          const session = open(life)
          return {
            query: (query: Query, values?: readonly unknown[]) => ask(session, query, values),
            release: () => {
              if (!session.isBroken) breakOff(session)
            },
          }
        },
      }
      return pool as unknown as Pool
    },
    left: (life) => {
      for (const session of [...sessions]) if (session.life === life) breakOff(session)
    },
    crash: (commitsLost) => {
      for (const session of [...sessions]) breakOff(session)
      return tables.forget(commitsLost)
    },
    setAway: (next) => {
      isAway = next
      if (next) for (const session of [...sessions]) breakOff(session)
    },
    setLostCommits: (rate) => {
      lostRate = rate
    },
    lostCommits: () => lost,
  }
}
