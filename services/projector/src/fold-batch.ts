/** What a batch makes of the calls we hold. Pure. */
import { merge } from '@rollcall/domain/call/merge'
import type { CallWrite } from '@rollcall/store/projection/batch'
import type { HeldCall } from '@rollcall/store/projection/read-states'
import { changedNames } from './changed-names.ts'
import type { CallNews } from './read-records.ts'

/** The records to write: those that the news changed. A call whose news is not new is left as it is. */
export const foldBatch = (news: ReadonlyMap<string, CallNews>, held: ReadonlyMap<string, HeldCall>): readonly CallWrite[] => {
  const writes: CallWrite[] = []
  for (const [key, { facts, logOffset }] of news) {
    const { record: known = null, version: baseVersion = 0n } = held.get(key) ?? {}
    const record = merge(known, facts)
    if (record !== null && record !== known) writes.push({ record, baseVersion, changed: changedNames(known, record), logOffset })
  }
  return writes
}
