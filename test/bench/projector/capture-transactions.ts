import type { LogRecord, StoredRecord } from '@rollcall/event-log/event-log'
import { partitionOf } from '@rollcall/event-log/partition-of'
import { foldBatch } from '@rollcall/projector/fold-batch'
import { readRecords } from '@rollcall/projector/read-records'
import type { Pool } from '@rollcall/store/pool'
import { applyBatch } from '@rollcall/store/projection/apply-batch'
import type { HeldCall } from '@rollcall/store/projection/read-states'

/** One statement as it was handed to pg: its text, or its name, text and values. */
export type Statement = string | { readonly name?: string; readonly text: string; readonly values: unknown[] }
export type Transaction = readonly Statement[]

/** The epoch and the place under which the transactions write. */
export const CAPTURED = { topic: 'bench.observations', epoch: 1n } as const

/**
 * What the store sends to Postgres for these records, partition by partition and batch by batch: caught on its way, to be sent again without
 * log, parsing, merging, or reading what is held. Indexed by partition.
 */
export const captureTransactions = async (records: readonly LogRecord[], partitions: number, batchRecords: number): Promise<readonly (readonly Transaction[])[]> => {
  const byPartition = storedByPartition(records, partitions)
  return Promise.all(
    byPartition.map(async (stored, partition) => {
      const held = new Map<string, HeldCall>()
      const transactions: Transaction[] = []
      for (let first = 0; first < stored.length; first += batchRecords) {
        const batch = readRecords(partition, BigInt(first), stored.slice(first, first + batchRecords))
        if (batch === null) continue
        const calls = foldBatch(batch.calls, held)
        for (const { record, baseVersion } of calls) held.set(`${record.account}|${record.callSid}`, { record, version: baseVersion + 1n })
        const { pool, statements } = catchingPool(calls.length)
        const { from, to, lastRecordSha256, observations, deadLetters, notices } = batch
        const applied = await applyBatch(pool, { ...CAPTURED, partition, from, to, lastRecordSha256, calls, observations, deadLetters, ...notices })
        if (applied !== 'advanced') throw new Error(`a batch was ${applied} with nobody else there`)
        transactions.push(statements)
      }
      return transactions
    }),
  )
}

const storedByPartition = (records: readonly LogRecord[], partitions: number): readonly (readonly StoredRecord[])[] => {
  const stored: StoredRecord[][] = Array.from({ length: partitions }, () => [])
  for (const record of records) {
    const partition = partitionOf(record.key, partitions)
    const into = stored[partition]
    into?.push({ ...record, partition, offset: BigInt(into.length) })
  }
  return stored
}

/** Stands in for pg: keeps every statement and answers that all went well. */
const catchingPool = (calls: number): { readonly pool: Pool; readonly statements: Statement[] } => {
  const statements: Statement[] = []
  const query = async (statement: Statement, values?: unknown[]) => {
    statements.push(typeof statement === 'string' && values !== undefined ? { text: statement, values } : statement)
    return { rows: [], rowCount: typeof statement === 'object' && statement.name === 'upsert-calls' ? calls : 1 }
  }
  const connection = { query, release: () => {} }
  return { pool: { connect: async () => connection } as unknown as Pool, statements }
}
