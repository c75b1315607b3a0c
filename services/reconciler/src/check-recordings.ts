import { HOUR, MINUTE } from '@rollcall/domain/time'
import type { RecordingHead } from '@rollcall/exotel/client/head-recording'
import { readUncheckedRecordings } from '@rollcall/store/chase/read-unchecked-recordings'
import { type RecordingCheck, saveRecordingCheck } from '@rollcall/store/chase/recording-checks'
import type { ReconcilerDeps, RunLease } from './reconciler-deps.ts'
import { writeUnderLease } from './write-under-lease.ts'

/** At once, and in a run: it takes nothing of the API's budget, but a run must not wait for hosts of others. More of them are a sample. */
export const RECORDINGS_CHECKED_PER_RUN_MAX = 10
/** Of recordings that were told of longer ago nothing is asked: their URLs may have expired. */
const TOLD_WITHIN_MS = HOUR
const FAILED_APART_MS = 10 * MINUTE
const ATTEMPTS_MAX = 3

/** Asks the hosts of the latest recordings whether they are there, where the account says which hosts may be asked. */
export const checkRecordings = async (deps: ReconcilerDeps, lease: RunLease, signal: AbortSignal): Promise<void> => {
  const { headRecording, pool, account } = deps
  if (headRecording === null) return
  const now = deps.clock()
  const of = { toldSince: now - TOLD_WITHIN_MS, failedBefore: now - FAILED_APART_MS, attemptsMax: ATTEMPTS_MAX, limit: RECORDINGS_CHECKED_PER_RUN_MAX }
  const recordings = await readUncheckedRecordings(pool, account, of)
  const checks = await Promise.all(recordings.map(async ({ callSid, url }) => ({ callSid, head: await headRecording(url, signal) })))
  if (checks.length === 0) return
  await writeUnderLease(deps, lease, async (tx) => {
    for (const { callSid, head } of checks) await saveRecordingCheck(tx, account, callSid, checkOf(head, now))
  })
}

const checkOf = (head: RecordingHead, checkedAt: number): RecordingCheck =>
  head.kind === 'answered'
    ? { checkedAt, outcome: 'answered', status: head.status, bytes: head.bytes, contentType: head.contentType, reason: null }
    : { checkedAt, outcome: head.kind, status: null, bytes: null, contentType: null, reason: head.reason }
