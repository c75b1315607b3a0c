import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { createPool } from '@rollcall/store/pool'
import { freePorts } from '../../e2e/free-ports.ts'
import { startChild } from '../child.ts'
import { cpuSeconds, treeUsage } from '../process-usage.ts'
import { serviceArguments } from '../service-arguments.ts'

const POLL_MS = 20
const DRAIN_MS_MAX = 180_000

export interface Drain {
  /** From the first partition it owns until every position is at the end. */
  readonly seconds: number
  /** Mean, as committed. */
  readonly recordsPerTransaction: number
  readonly peakRssBytes: number
  /** Of the projector, in the same time. */
  readonly cpuSeconds: number
  /** Changes not yet on the changelog topic when the last position was reached. */
  readonly unpublished: number
}

export interface DrainOptions {
  readonly brokers: readonly string[]
  /** A migrated, empty database. */
  readonly databaseUrl: string
  readonly directory: string
  /** Records in the log. */
  readonly records: number
  readonly profileDirectory: string | null
  readonly signal: AbortSignal
}

/** Starts the real projector and waits until it has folded the whole log. */
export const drainLog = async ({ brokers, databaseUrl, directory, records, profileDirectory, signal }: DrainOptions): Promise<Drain> => {
  const pool = createPool({ databaseUrl, applicationName: 'bench-watch', max: 1 })
  const [adminPort = 0] = await freePorts(1)
  const projector = await startChild({
    name: 'the projector',
    args: serviceArguments('projector', profileDirectory),
    env: { KAFKA_BROKERS: brokers.join(','), DATABASE_URL: databaseUrl, ROLLCALL_ALLOW_UNSAFE_TOPICS: 'true', PROJECTOR_ADMIN_PORT: String(adminPort) },
    logFile: join(directory, 'projector.log'),
    isReady: async () => (await positions()).owned,
    signal,
  })
  async function positions(): Promise<{ readonly owned: boolean; readonly folded: number }> {
    const { rows } = await pool.query<{ owned: boolean; folded: string }>(
      'SELECT coalesce(bool_or(owner IS NOT NULL), false) AS owned, coalesce(sum(next_offset), 0) AS folded FROM projection_positions WHERE topic = $1',
      [OBSERVATIONS_TOPIC],
    )
    return { owned: rows[0]?.owned ?? false, folded: Number(rows[0]?.folded) }
  }
  try {
    const startedWith = cpuSeconds(treeUsage(projector.pid))
    const began = performance.now()
    for (let folded = 0; folded < records; { folded } = await positions()) {
      if (performance.now() - began > DRAIN_MS_MAX) throw new Error(`the projector folded ${folded} of ${records} records in ${DRAIN_MS_MAX} ms; see ${directory}/projector.log`)
      await sleep(POLL_MS, undefined, { signal })
    }
    const seconds = (performance.now() - began) / 1_000
    const [usage] = treeUsage(projector.pid)
    const { rows } = await pool.query<{ transactions: string; unpublished: string }>(
      'SELECT (SELECT count(DISTINCT xmin::text) FROM observations) AS transactions, (SELECT count(*) FROM outbox) AS unpublished',
    )
    return {
      seconds,
      recordsPerTransaction: records / Number(rows[0]?.transactions),
      peakRssBytes: usage?.peakRssBytes ?? Number.NaN,
      cpuSeconds: cpuSeconds(usage === undefined ? [] : [usage]) - startedWith,
      unpublished: Number(rows[0]?.unpublished),
    }
  } finally {
    await projector.stop()
    await pool.end()
  }
}
