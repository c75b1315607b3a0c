/**
 * What a process that may be killed or stopped works with. From the moment of its death every step fails, so that nothing it would have done
 * afterwards is done; the step at which it dies may have been done or not, as with a real kill.
 */
import type { EventLog } from '@rollcall/event-log/event-log'
import type { Connection, Pool } from '@rollcall/store/pool'

export interface Life {
  /** Aborts when the process is asked to stop; it then ends by itself. */
  readonly signal: AbortSignal
  /** Before and after each step. Throws once the process is dead. */
  step<T>(work: () => Promise<T>): Promise<T>
  /** How it ended; null while it goes on. */
  ended(): Ending | null
}

export type Ending = 'killed' | 'stopped'

export class KilledError extends Error {
  override readonly name = 'KilledError'
}

/** @param steps how many steps are left; when it is killed, the last one is done only where `lastIsDone`. Null: it does not end. */
export const createLife = (steps: number | null, ending: Ending, lastIsDone: boolean): Life => {
  const stop = new AbortController()
  let left = steps ?? Number.POSITIVE_INFINITY
  return {
    signal: stop.signal,
    async step(work) {
      if (left <= 0 && ending === 'killed') throw new KilledError()
      left -= 1
      if (left === 0 && ending === 'stopped') stop.abort()
      if (left > 0 || ending === 'stopped') return work()
      if (lastIsDone) await work()
      throw new KilledError()
    },
    ended: () => (left <= 0 ? ending : null),
  }
}

export const mortalPool = (pool: Pool, life: Life): Pool =>
  new Proxy(pool, {
    get: (target, name) => {
      if (name === 'query') return (...args: Parameters<Pool['query']>) => life.step(() => (target.query as (...args: unknown[]) => Promise<unknown>)(...args))
      if (name === 'connect') return () => connect(target, life)
      return Reflect.get(target, name, target)
    },
  })

const connect = async (pool: Pool, life: Life): Promise<Connection> => {
  const connection = await pool.connect()
  try {
    return await life.step(async () => mortalConnection(connection, life))
  } catch (error) {
    connection.release(true)
    throw error
  }
}

/** A connection that a dead process releases is closed, which undoes its transaction. */
const mortalConnection = (connection: Connection, life: Life): Connection =>
  new Proxy(connection, {
    get: (target, name) => {
      if (name === 'query') return (...args: Parameters<Connection['query']>) => life.step(() => (target.query as (...args: unknown[]) => Promise<unknown>)(...args))
      if (name === 'release') return (error?: Error) => target.release(life.ended() === 'killed' || error)
      return Reflect.get(target, name, target)
    },
  })

export const mortalLog = (log: EventLog, life: Life): EventLog => ({
  ...log,
  append: (...args) => life.step(() => log.append(...args)),
  bounds: (topic) => life.step(() => log.bounds(topic)),
})
