import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from '@rollcall/store/pool'
import { cancelSessions } from '@rollcall/store/rebuild/cancel-sessions'

/** A statement that begins in between, such as the next index, is cancelled by the next one. */
const CANCEL_EVERY_MS = 500

/**
 * Runs `work`; once `signal` aborts, cancels the statements of the sessions of this name until `work` has ended: to index a great table may take
 * many minutes. `pool` is another one than theirs.
 */
export const cancelWhileAborted = async <T>(work: () => Promise<T>, signal: AbortSignal, pool: Pool, applicationName: string): Promise<T> => {
  const ended = new AbortController()
  const cancelling = (async () => {
    const either = AbortSignal.any([signal, ended.signal])
    if (!either.aborted) await once(either, 'abort')
    while (!ended.signal.aborted) {
      // Where the server does not answer, its statements have ended too, or will when it does.
      await cancelSessions(pool, applicationName).catch(() => {})
      await sleep(CANCEL_EVERY_MS, undefined, { signal: ended.signal }).catch(() => {})
    }
  })()
  try {
    return await work()
  } finally {
    ended.abort()
    await cancelling
  }
}
