import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog } from '@rollcall/event-log/event-log'

/** A projector that keeps up is a few records behind; a far larger backlog is not worth reading for a number. */
export const RECORDS_READ_MAX = 50_000
const READ_BYTES_MAX = 1_024 * 1_024
const ACCOUNT_HEADER = 'ce_account'

export interface Unprojected {
  readonly byAccount: ReadonlyMap<string, number>
  /** False when the bound was met before the end. */
  readonly exact: boolean
}

/** Observations in the log beyond the projection's positions, by account: read, since only the records know their account. */
export const countUnprojected = async (log: EventLog, positions: ReadonlyMap<number, bigint>, recordsMax = RECORDS_READ_MAX): Promise<Unprojected> => {
  const byAccount = new Map<string, number>()
  let read = 0
  const ends = await log.bounds(OBSERVATIONS_TOPIC)
  const next = new Map([...ends].map(([partition, { low }]) => [partition, positions.get(partition) ?? low]))
  for (;;) {
    const behind = new Map([...next].filter(([partition, position]) => position < (ends.get(partition)?.next ?? 0n)))
    if (behind.size === 0) return { byAccount, exact: true }
    if (read >= recordsMax) return { byAccount, exact: false }
    const batch = await log.read(OBSERVATIONS_TOPIC, behind, { maxBytes: READ_BYTES_MAX, maxWaitMs: 0 })
    // A log may have nothing below its end but gaps.
    if (batch.size === 0) return { byAccount, exact: true }
    for (const [partition, records] of batch)
      for (const { offset, headers } of records) {
        next.set(partition, offset + 1n)
        if (offset >= (ends.get(partition)?.next ?? 0n)) continue
        const account = headers[ACCOUNT_HEADER] ?? ''
        byAccount.set(account, (byAccount.get(account) ?? 0) + 1)
        read += 1
      }
  }
}
