import { setTimeout as sleep } from 'node:timers/promises'
import type { Observation } from '@rollcall/contracts/observation'
import type { IngestProcess } from './ingest-process.ts'
import { until } from './until.ts'

const DELIVERIES = 2_000
const SENDERS = 16
const KILLED_AFTER = 700
/** A sender that gets no answer does not use up its deliveries on a process that is away. */
const PAUSE_MS = 100

export const bodyOf = (callSid: string): string => JSON.stringify({ CallSid: callSid, EventType: 'terminal', Status: 'completed' })

export const deliver = (ingest: IngestProcess, callSid: string): Promise<Response> =>
  fetch(`${ingest.hook}/status-callback`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: bodyOf(callSid) })

export const drained = (ingest: IngestProcess): Promise<void> => until('everything is forwarded', async () => (await ingest.status()).spool.records === 0)

/** Sends deliveries, each once, and kills ingest in the middle. Gives the calls whose delivery was answered 200, when the log has all of them. */
export const killInTheMiddle = async (start: () => Promise<IngestProcess>): Promise<ReadonlySet<string>> => {
  const acknowledged = new Set<string>()
  let ingest = await start()
  let sent = 0
  /** While it is down nothing is sent: how long a start takes is not what is to be shown. */
  let up: Promise<unknown> = Promise.resolve()
  const send = async (): Promise<void> => {
    while (sent < DELIVERIES) {
      await up
      const callSid = `call-${sent++}`
      const answer = await deliver(ingest, callSid).catch(() => null)
      if (answer?.status === 200) acknowledged.add(callSid)
      else await sleep(PAUSE_MS)
    }
  }
  const senders = Array.from({ length: SENDERS }, send)
  await until('enough are acknowledged', () => acknowledged.size >= KILLED_AFTER)
  up = (async () => {
    ingest.child.kill('SIGKILL')
    await ingest.ended
    ingest = await start()
  })()
  await up
  await Promise.all(senders)
  await drained(ingest)
  return acknowledged
}

export interface Findings {
  readonly missing: readonly string[]
  /** Sent once, yet there as two different observations. A record that is there twice with one id is harmless. */
  readonly doubled: readonly string[]
  readonly altered: readonly string[]
}

/** What is wrong with the log, given what was acknowledged. */
export const findingsIn = (observations: readonly Observation[], acknowledged: ReadonlySet<string>): Findings => {
  const idsOf = new Map<string, Set<string>>()
  for (const { id, callSid } of observations) idsOf.set(callSid ?? '', (idsOf.get(callSid ?? '') ?? new Set()).add(id))
  return {
    missing: [...acknowledged].filter((callSid) => !idsOf.has(callSid)),
    doubled: [...idsOf].filter(([, ids]) => ids.size > 1).map(([callSid]) => callSid),
    altered: observations.filter(({ callSid, payload }) => Buffer.from(payload).toString() !== bodyOf(callSid ?? '')).map(({ id }) => id),
  }
}
