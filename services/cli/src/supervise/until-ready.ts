import { setTimeout as sleep } from 'node:timers/promises'

/** A projector that comes back to a long log, or a migration, may take a while. */
export const READY_MS_MAX = 60_000
const POLL_MS = 100
const ANSWER_MS_MAX = 2_000

/** Asks `/readyz` until it answers 200. @throws Error with the last answer after READY_MS_MAX, or when aborted. */
export const untilReady = async (url: string, signal: AbortSignal): Promise<void> => {
  const giveUpAt = performance.now() + READY_MS_MAX
  for (let last = 'no answer'; ; ) {
    signal.throwIfAborted()
    const answer = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]) }).catch(() => null)
    if (answer?.status === 200) return
    if (answer !== null) last = (await answer.text().catch(() => '')).trim()
    if (performance.now() > giveUpAt) throw new Error(`${url} is not ready after ${READY_MS_MAX / 1_000} s: ${last}`)
    await sleep(POLL_MS, undefined, { signal })
  }
}
