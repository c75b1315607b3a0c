/** What a batch makes of the calls we hold. Pure. */
import { merge } from '@rollcall/domain/call/merge'
import type { CallWrite } from '@rollcall/store/projection/batch'
import type { HeldCall } from '@rollcall/store/projection/read-states'
import { changedNames } from './changed-names.ts'
import type { CallNews } from './read-records.ts'

/** The records to write: those that the news changed. A call whose news is not new is left as it is. */
export const foldBatch = (news: ReadonlyMap<string, CallNews>, held: ReadonlyMap<string, HeldCall>): readonly CallWrite[] =>
  [...news].flatMap(([key, { facts, logOffset }]): CallWrite[] => {
    const known = held.get(key) ?? null
    const record = merge(known?.record ?? null, facts)
    if (record === null || record === known?.record) return []
    return [{ record, baseVersion: known?.version ?? 0n, changed: changedNames(known?.record ?? null, record), logOffset }]
  })
