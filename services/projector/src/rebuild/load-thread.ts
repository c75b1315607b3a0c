/** A thread of `loadInThreads`: loads the spans it is sent, one after the other, with its own client of the log and its own connections. */
import { parentPort, workerData } from 'node:worker_threads'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import type { ThreadAnswer, ThreadData } from './load-in-threads.ts'
import { CONNECTIONS_OF_A_LOADER, type LoadSpan, loadPartition } from './load-partition.ts'
import { openRebuildPool } from './open-rebuild-pool.ts'
import { newToldBefore } from './told-before.ts'

const { address, databaseUrl, toldBefore, heldBytesMax, keepVersions } = workerData as ThreadData
const log = openEventLog(address)
// Whoever awaits it hears of a failure; until then it must not count as unhandled.
log.catch(() => {})
const pool = openRebuildPool(databaseUrl, CONNECTIONS_OF_A_LOADER)

const load = async (span: LoadSpan): Promise<ThreadAnswer> => {
  try {
    return { loaded: await loadPartition({ log: await log, pool, toldBefore: newToldBefore(toldBefore), heldBytesMax, keepVersions }, span) }
  } catch (error) {
    // A message keeps of an error neither its name nor what it has of its own.
    const { name, message, code, exitCode } = error as Error & { readonly code?: string; readonly exitCode?: number }
    return { failed: { name, message, ...(code !== undefined && { code }), ...(exitCode !== undefined && { exitCode }) } }
  }
}

parentPort?.on('message', async (span: LoadSpan) => parentPort?.postMessage(await load(span)))
