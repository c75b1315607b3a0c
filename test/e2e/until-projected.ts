import { setTimeout as sleep } from 'node:timers/promises'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import type { LocalStack } from '@rollcall/local/start-local-stack'
import type pg from 'pg'

const WAIT_MS_MAX = 60_000
const POLL_MS = 100

/** Waits until the projection holds everything that is in the log. Ingest has to be idle or stopped: the end must not move. */
export const untilProjected = async (stack: LocalStack, pool: pg.Pool): Promise<void> => {
  const log = await openEventLog({ kafkaBrokers: stack.kafkaBrokers, embeddedLogUrl: stack.embeddedLogUrl, clientId: 'rollcall-test' })
  try {
    const until = Date.now() + WAIT_MS_MAX
    while (Date.now() < until) {
      const bounds = await log.bounds(OBSERVATIONS_TOPIC)
      const { rows } = await pool.query<{ partition: number; next_offset: string }>('SELECT partition, next_offset FROM projection.projection_positions WHERE topic = $1', [
        OBSERVATIONS_TOPIC,
      ])
      const positions = new Map(rows.map((row) => [row.partition, BigInt(row.next_offset)]))
      if ([...bounds].every(([partition, { next }]) => next === 0n || (positions.get(partition) ?? 0n) >= next)) return
      await sleep(POLL_MS)
    }
    throw new Error(`the projection did not reach the end of the log within ${WAIT_MS_MAX} ms`)
  } finally {
    await log.close()
  }
}
