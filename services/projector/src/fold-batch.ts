/** What a batch makes of the calls we hold. Pure. */
import { FIELDS, type Field } from '@rollcall/domain/call/fact'
import { merge } from '@rollcall/domain/call/merge'
import type { CallRecord } from '@rollcall/domain/call/record'
import type { CallWrite } from '@rollcall/store/projection/batch'
import type { HeldCall } from '@rollcall/store/projection/read-states'
import type { CallNews } from './read-records.ts'

/** The records to write: those that the news changed. A call whose news is not new is left as it is. */
export const foldBatch = (news: ReadonlyMap<string, CallNews>, held: ReadonlyMap<string, HeldCall>): readonly CallWrite[] =>
  [...news].flatMap(([key, { facts, logOffset }]): CallWrite[] => {
    const known = held.get(key) ?? null
    const record = merge(known?.record ?? null, facts)
    if (record === null || record === known?.record) return []
    return [{ record, baseVersion: known?.version ?? 0n, changed: changedFields(known?.record ?? null, record), logOffset }]
  })

const changedFields = (before: CallRecord | null, after: CallRecord): readonly Field[] => FIELDS.filter((field) => before?.fields[field]?.value !== after.fields[field]?.value)
