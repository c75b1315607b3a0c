/**
 * Appends what the spools still hold to the log again: for the day on which Kafka lost its newest records, a power cut that took several
 * brokers say. Records keep their ids, so what the log has already is there twice and folds to the same. Ingest may run meanwhile; nothing
 * in a spool is changed, and to begin again after a failure is harmless.
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { LogRecord } from '@rollcall/event-log/event-log'
import { unpackRecord } from '@rollcall/event-log/pack-record'
import { readDirectory } from '@rollcall/segment-log/read-directory'
import { OperatorError } from '@rollcall/service/operator-error'
import { checkSpoolFolder } from '../spool/check-spool-folder.ts'
import { BATCH_BYTES_MAX, BATCH_RECORDS_MAX } from '../spool/forwarder.ts'
import { isSpoolName } from '../spool/leftover-spools.ts'
import { SEGMENTS_FOLDER } from '../spool/open-spool.ts'
import type { Span } from './parse-replay.ts'

export interface SpoolReplay {
  readonly spools: number
  /** Appended again. */
  readonly replayed: number
  /** Held, and spooled outside the span. */
  readonly outside: number
  /** Bytes that may have been records of either kind. */
  readonly damagedBytes: number
}

/** `append` resolves when all are durable in the log. Stops between batches on abort. @throws OperatorError where the folder has no spool, or one that this release cannot read. */
export const replaySpools = async (folder: string, { since, until }: Span, append: (records: readonly LogRecord[]) => Promise<void>, signal: AbortSignal): Promise<SpoolReplay> => {
  const spools = await spoolsIn(folder)
  let [replayed, outside, damagedBytes] = [0, 0, 0]
  for (const spool of spools) {
    for await (const segment of segmentsOf(join(folder, spool, SEGMENTS_FOLDER))) {
      damagedBytes += segment.damagedBytes
      const wanted = segment.records.filter(({ appendedAt }) => since <= appendedAt && appendedAt < until)
      outside += segment.records.length - wanted.length
      for (const batch of batchesOf(wanted.map(({ payload }) => payload))) {
        if (signal.aborted) return { spools: spools.length, replayed, outside, damagedBytes }
        await append(batch.map(unpackRecord))
        replayed += batch.length
      }
    }
  }
  return { spools: spools.length, replayed, outside, damagedBytes }
}

const spoolsIn = async (folder: string): Promise<readonly string[]> => {
  await checkSpoolFolder(folder)
  const names = await readdir(folder).catch(() => [])
  const spools = names.filter(isSpoolName).sort((a, b) => Number(a) - Number(b))
  if (spools.length === 0) throw new OperatorError(`INGEST_SPOOL_DIR: ${folder} has no spool in it; needed is the folder that ingest was told to use`)
  return spools
}

async function* segmentsOf(directory: string): ReturnType<typeof readDirectory> {
  try {
    yield* readDirectory(directory)
  } catch (error) {
    const { name, message } = error as Error
    throw name === 'DirectoryFormatError' ? new OperatorError(message, { cause: error }) : error
  }
}

function* batchesOf(payloads: readonly Uint8Array[]): Generator<readonly Uint8Array[]> {
  let [from, bytes] = [0, 0]
  for (const [at, { length }] of payloads.entries()) {
    if (at > from && (at - from >= BATCH_RECORDS_MAX || bytes + length > BATCH_BYTES_MAX)) {
      yield payloads.slice(from, at)
      ;[from, bytes] = [at, 0]
    }
    bytes += length
  }
  if (from < payloads.length) yield payloads.slice(from)
}
