import { auditLeaf } from '@rollcall/contracts/audit-leaf'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import { type EventLog, LogUnavailableError, type StoredRecord } from '@rollcall/event-log/event-log'

const PARTITION = 0
/** For one leaf, one record would do; the log gives it whole, however large it is. */
const READ_BYTES_EACH = 16_384
const READ_BYTES_MAX = 4_000_000
const READ_WAIT_MS_MAX = 5_000

/** The bytes of these leaves (contracts: audit-leaf.ts) as their records are in the log; they ascend. @throws LogUnavailableError where one is not given in time */
export async function* loggedLeaves(log: Pick<EventLog, 'read'>, leaves: readonly bigint[]): AsyncGenerator<Buffer> {
  const maxBytes = Math.min(READ_BYTES_MAX, leaves.length * READ_BYTES_EACH)
  let read: readonly StoredRecord[] = []
  for (const leaf of leaves) {
    const isAhead = read.some(({ offset }) => offset === leaf)
    if (!isAhead) read = (await log.read(AUDIT_TOPIC, new Map([[PARTITION, leaf]]), { maxBytes, maxWaitMs: READ_WAIT_MS_MAX })).get(PARTITION) ?? []
    const record = read.find(({ offset }) => offset === leaf)
    if (record === undefined) throw new LogUnavailableError(`record ${leaf} of ${AUDIT_TOPIC} was not given in time`)
    yield auditLeaf(record)
  }
}
