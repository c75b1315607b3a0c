/** A thread of `loadInThreads`: loads the spans it is sent, one after the other, with its own client of the log and its own connections. */
import { parentPort, workerData } from 'node:worker_threads'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import type { ThreadAnswer, ThreadData, ThreadOrder } from './load-in-threads.ts'
import { CONNECTIONS_OF_A_LOADER, type LoadSpan, loadPartition } from './load-partition.ts'
import { openRebuildPool } from './open-rebuild-pool.ts'
import { patientLog } from './patient-log.ts'
import { newToldBefore } from './told-before.ts'

const { address, databaseUrl, applicationName, toldBefore, heldBytesMax, keepVersions } = workerData as ThreadData
const stopping = new AbortController()
const { signal } = stopping
const opening = openEventLog(address).then((log) => patientLog(log, signal))
// Whoever awaits it hears of a failure; until then it must not count as unhandled.
opening.catch(() => {})
const pool = openRebuildPool(databaseUrl, { applicationName, max: CONNECTIONS_OF_A_LOADER })

const load = async (span: LoadSpan): Promise<ThreadAnswer> => {
  try {
    return { loaded: await loadPartition({ log: await opening, pool, toldBefore: newToldBefore(toldBefore), heldBytesMax, keepVersions, signal }, span) }
  } catch (error) {
    // A message keeps of an error neither its name nor what it has of its own.
    const { name, message, code, exitCode } = error as Error & { readonly code?: string | number; readonly exitCode?: number }
    return { failed: { name, message, ...(typeof code === 'string' && { code }), ...(exitCode !== undefined && { exitCode }) } }
  }
}

parentPort?.on('message', async (order: ThreadOrder) => {
  if (order === 'stop') stopping.abort()
  else parentPort?.postMessage(await load(order))
})
