import { createPool } from '@rollcall/store/pool'
import { projectionDigest } from '@rollcall/store/projection/projection-digest'

/** What a projection holds, in few words: equal ones hold the same calls in the same states, and as many observations. */
export const projectionContents = async (databaseUrl: string): Promise<string> => {
  const pool = createPool({ databaseUrl, applicationName: 'bench-check', max: 1 })
  try {
    const { digest, calls } = await projectionDigest(pool, 'projection')
    const { rows } = await pool.query<{ count: bigint }>('SELECT count(*) FROM observations')
    return `${rows[0]?.count} observations of ${calls} calls, digest ${digest}`
  } finally {
    await pool.end()
  }
}
