import { join } from 'node:path'
import { createPool } from '@rollcall/store/pool'
import { reapedCpuSeconds } from '../process-usage.ts'
import type { BenchStack } from '../stack.ts'

const STATEMENT_MS_MAX = 3_600_000
const TABLES = ['observations', 'calls'] as const

export interface Floor {
  readonly seconds: number
  readonly cpuSeconds: number
}

type MeasureFloorOptions = Pick<BenchStack, 'superuserUrl' | 'databaseUrl' | 'postgresPid' | 'postgresDataDirectory'>

/**
 * The least that could be done: COPY of the same rows, already in the form that the server reads, into tables without any index; both at once, from
 * files, without a client. No log, no reading, no merging, no index, no digest.
 */
export const measureFloor = async ({ superuserUrl, databaseUrl, postgresPid, postgresDataDirectory }: MeasureFloorOptions): Promise<Floor> => {
  const url = new URL(superuserUrl)
  url.pathname = new URL(databaseUrl).pathname
  const pool = createPool({ databaseUrl: url.href, applicationName: 'bench-floor', max: TABLES.length, statementMsMax: STATEMENT_MS_MAX })
  const fileOf = (table: string) => join(postgresDataDirectory, `floor-${table}`)
  try {
    for (const table of TABLES) {
      await pool.query(`CREATE TABLE floor_${table} (LIKE projection.${table})`)
      await pool.query(`COPY (SELECT * FROM projection.${table}) TO '${fileOf(table)}' (FORMAT binary)`)
    }
    const [began, cpuBefore] = [performance.now(), reapedCpuSeconds(postgresPid)]
    await Promise.all(TABLES.map((table) => pool.query(`COPY floor_${table} FROM '${fileOf(table)}' (FORMAT binary)`)))
    return { seconds: (performance.now() - began) / 1_000, cpuSeconds: reapedCpuSeconds(postgresPid) - cpuBefore }
  } finally {
    await pool.end()
  }
}
