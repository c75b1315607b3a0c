/*
 * What a pool makes its connections with where DATABASE_URL names several hosts. pg connects to one host, which it is told when the client is
 * made; here it is told when the client connects:
 *
 *   pool needs a connection ──► ask all hosts who takes writes ──► connect there ──► it is another one than before?
 *                                                                                      cut what is connected elsewhere
 *
 * A server that was demoted answers a write with 25006, which closes that connection, and the next one goes through the same question.
 * Reads on what is left of the old connections would be stale: so they are cut as soon as one connection leads elsewhere.
 */
import pg from 'pg'
import type { WritableServer } from './writable-server.ts'

/** The class of clients of one pool. */
export const writableClient = (server: WritableServer): typeof pg.Client => {
  const connected = new Set<WritableClient>()
  class WritableClient extends pg.Client {
    override connect(): Promise<pg.Client>
    override connect(callback: (error: Error) => void): void
    override connect(callback?: (error: Error) => void): Promise<pg.Client> | undefined {
      const connecting = this.#connect()
      if (callback === undefined) return connecting
      connecting.then(() => (callback as () => void)(), callback)
      return undefined
    }

    async #connect(): Promise<pg.Client> {
      const { url } = await server.find()
      const { host, port } = new pg.Client({ connectionString: url })
      Object.assign(this, { host, port })
      await super.connect()
      connected.add(this)
      this.once('end', () => connected.delete(this))
      for (const other of connected) if (other.host !== host || other.port !== port) other.connection.stream.destroy()
      return this
    }
  }
  return WritableClient
}
