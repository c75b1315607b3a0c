import { setTimeout as sleep } from 'node:timers/promises'
import { IngestStatus } from '@rollcall/contracts/ingest-status'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog } from '@rollcall/event-log/event-log'
import type { LocalKafka } from '@rollcall/local/kafka/start-kafka'
import type pg from 'pg'
import { startAgain } from '../inject/postgres-faults.ts'
import type { ChaosWorld } from './start-chaos-world.ts'

/** After so long without faults the system has surely not recovered by itself, on however busy a machine; what it took is in the report. */
export const RECOVERY_MS_MAX = 300_000
const POLL_MS = 100

/** Ends every fault, also those whose own end was undone by another, and starts every server that does not run. The services are their supervisors' business. */
export const makeWhole = async ({ links, ingests, projectors, third, twin, disks, hosts, memory, kafka, postgres }: ChaosWorld): Promise<void> => {
  for (const proxy of Object.values(links).flat()) proxy.set({})
  for (const visitor of [third, twin]) {
    visitor.hold()
    visitor.signal('SIGKILL')
  }
  for (const service of [...ingests, ...projectors]) {
    service.signal('SIGCONT')
    service.release()
  }
  for (const disk of disks) await disk.empty()
  for (const host of Object.values(hosts).flat()) await host.heal()
  await memory?.free()
  for (const node of kafka.nodes) node.kill('SIGCONT')
  await startAgain(postgres.nodes[postgres.primary()])
  // What it had of the log may be damaged for good; then it is made anew.
  await startAgain(postgres.nodes[postgres.primary() === 0 ? 1 : 0]).catch(() => postgres.reseed())
  await untilKafkaIsReady(kafka)
}

/** A node that finds no controllers for a minute after its start gives up, and whoever supervises it starts it again. */
const untilKafkaIsReady = async ({ nodes, ready }: LocalKafka): Promise<void> => {
  for (const until = performance.now() + RECOVERY_MS_MAX; ; ) {
    try {
      for (const node of nodes) await node.start()
      await ready()
      return
    } catch (error) {
      if (performance.now() > until) throw error
    }
  }
}

/** Waits until every spool is empty and the projection has folded the log to its end. Nothing may be sent meanwhile. @throws Error saying what does not come to rest. */
export const untilSettled = async ({ ingests }: ChaosWorld, log: EventLog, db: pg.Client): Promise<void> => {
  const until = performance.now() + RECOVERY_MS_MAX
  const wait = async (what: string, done: () => Promise<string | null>): Promise<void> => {
    for (let left: string | null = what; left !== null; ) {
      left = await done().catch((error: unknown) => String(error))
      if (left !== null && performance.now() > until) throw new Error(`${what}: not within ${RECOVERY_MS_MAX / 1_000} s: ${left}`)
      if (left !== null) await sleep(POLL_MS)
    }
  }
  for (const ingest of ingests)
    await wait(`the spool of ${ingest.name} does not drain`, async () => {
      const { spool } = IngestStatus.parse(await ingest.status())
      return spool.records === 0 ? null : `${spool.records} records wait`
    })
  await wait('the projection does not reach the end of the log', async () => {
    const bounds = await log.bounds(OBSERVATIONS_TOPIC)
    const { rows } = await db.query<{ partition: number; next_offset: string }>('SELECT partition, next_offset FROM projection.projection_positions WHERE topic = $1', [
      OBSERVATIONS_TOPIC,
    ])
    const positions = new Map(rows.map((row) => [row.partition, BigInt(row.next_offset)]))
    const behind = [...bounds].filter(([partition, { next }]) => (positions.get(partition) ?? 0n) < next)
    return behind.length === 0 ? null : `partitions ${behind.map(([partition, { next }]) => `${partition} (${positions.get(partition) ?? 0} of ${next})`).join(', ')}`
  })
}
