import { join } from '@rollcall/domain/call/merge'
import { readToldInParts, removeToldCalls, TOLD_CALLS } from '@rollcall/store/check/told-calls'
import type { Connection } from '@rollcall/store/pool'
import { callLoader } from '@rollcall/store/rebuild/load-rows'

const CALLS_AT_ONCE = 1_000
/** As text. */
const BYTES_AT_ONCE = 8 * 1024 * 1024

/** Makes one row of each call that stands in parts. */
export const mergeTold = async (db: Connection, account: string): Promise<void> => {
  for (let after = ''; ; ) {
    const calls = await readToldInParts(db, account, after, { calls: CALLS_AT_ONCE, bytes: BYTES_AT_ONCE })
    const records = calls.flatMap((parts) => (parts.length === 0 ? [] : [parts.reduce(join)]))
    const last = records.at(-1)?.callSid
    if (last === undefined) return
    await removeToldCalls(
      db,
      records.map(({ callSid }) => callSid),
    )
    const loader = callLoader(TOLD_CALLS)
    for (const record of records) {
      loader.add({ record, baseVersion: 0n })
      if (loader.full()) await loader.flush(db)
    }
    await loader.flush(db)
    after = last
  }
}
