import { join } from '@rollcall/domain/call/merge'
import type { Pool } from '@rollcall/store/pool'
import type { CallVersion } from '@rollcall/store/projection/batch'
import { type CallKey, type HeldCall, readStates } from '@rollcall/store/projection/read-states'
import { upsertCalls } from '@rollcall/store/projection/upsert-calls'
import { indexToldAgain, readToldAgain, type ToldAgain } from '@rollcall/store/rebuild/read-told-again'

const CALLS_AT_ONCE = 1_000
/** As text, of what is held of these calls and what was told again. */
const BYTES_AT_ONCE = 8 * 1024 * 1024

/** Merges what was told again into the calls that were written first. The calls' own key must be there. */
export const mergeToldAgain = async (pool: Pool): Promise<void> => {
  await indexToldAgain(pool)
  for (let after: CallKey = { account: '', callSid: '' }; ; ) {
    const told = await readToldAgain(pool, after, { calls: CALLS_AT_ONCE, bytes: BYTES_AT_ONCE })
    const last = told.at(-1)?.[0]
    if (last === undefined) return
    const held = await readStates(
      pool,
      told.map(([first]) => first),
    )
    await upsertCalls(pool, mergedWith(held, told))
    after = last
  }
}

/** The records to write: those that are not as they are held. Pure. */
export const mergedWith = (held: ReadonlyMap<string, HeldCall>, told: readonly ToldAgain[]): readonly CallVersion[] =>
  told.flatMap(([first, ...others]) => {
    const known = held.get(`${first.account}|${first.callSid}`)
    const record = others.reduce(join, known === undefined ? first : join(known.record, first))
    return record === known?.record ? [] : [{ record, baseVersion: known?.version ?? 0n }]
  })
