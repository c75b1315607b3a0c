import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import { type EventLog, LogUnavailableError, type StoredRecord } from '@rollcall/event-log/event-log'

const READ_BYTES_MAX = 1_048_576
const READ_WAIT_MS_MAX = 5_000

/** Some thousand records of the audit topic at a time, `[from, to)` and in order. @throws LogUnavailableError where one is not given in time, and the signal's reason */
export async function* auditRecords(log: Pick<EventLog, 'read'>, from: bigint, to: bigint, signal: AbortSignal): AsyncGenerator<readonly StoredRecord[]> {
  for (let at = from; at < to; ) {
    signal.throwIfAborted()
    const read = (await log.read(AUDIT_TOPIC, new Map([[0, at]]), { maxBytes: READ_BYTES_MAX, maxWaitMs: READ_WAIT_MS_MAX, signal })).get(0) ?? []
    const some = read.filter(({ offset }) => offset < to)
    const last = some.at(-1)
    if (last === undefined) throw new LogUnavailableError(`record ${at} of ${AUDIT_TOPIC} was not given in time`)
    yield some
    at = last.offset + 1n
  }
}
