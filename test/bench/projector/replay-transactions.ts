import { createPool } from '@rollcall/store/pool'
import { beginPositions } from '@rollcall/store/projection/begin-positions'
import { CAPTURED, type Transaction } from './capture-transactions.ts'

/** As many as the projector's pool has. */
const CONNECTIONS = 6

/** The bare SQL ceiling: sends captured transactions to an empty projection, partitions side by side, each in its order. Seconds it took. */
export const replayTransactions = async (databaseUrl: string, byPartition: readonly (readonly Transaction[])[]): Promise<number> => {
  const pool = createPool({ databaseUrl, applicationName: 'bench-ceiling', max: CONNECTIONS })
  try {
    await beginPositions(pool, { ...CAPTURED, positions: new Map(byPartition.map((_, partition) => [partition, 0n])), logClusterId: 'bench' })
    const began = performance.now()
    await Promise.all(
      byPartition.map(async (transactions) => {
        for (const statements of transactions) {
          const connection = await pool.connect()
          for (const statement of statements) await connection.query(statement as string)
          connection.release()
        }
      }),
    )
    return (performance.now() - began) / 1_000
  } finally {
    await pool.end()
  }
}
