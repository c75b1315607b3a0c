import { setTimeout as sleep } from 'node:timers/promises'
import { LogUnavailableError } from '@rollcall/event-log/event-log'
import { isRetryable } from '@rollcall/store/errors'
import type { Logger } from '@rollcall/telemetry/create-logger'

const AGAIN_AFTER_MS = 5_000

/** Does `work` again and again until `signal`, with a pause after each and a longer one after a failure that passes. What does not pass ends the service. */
export const keepGoing = async (
  what: string,
  pauseMs: number,
  work: (signal: AbortSignal) => Promise<unknown>,
  { signal, logger }: { readonly signal: AbortSignal; readonly logger: Logger },
): Promise<void> => {
  let failing = false
  while (!signal.aborted) {
    let pause = pauseMs
    try {
      await work(signal)
      failing = false
    } catch (error) {
      if (signal.aborted) return
      if (!isRetryable(error) && !(error instanceof LogUnavailableError)) throw error
      if (!failing) logger.warn({ event: 'audit.waiting', what, err: error }, 'cannot go on just now; trying again')
      failing = true
      pause = AGAIN_AFTER_MS
    }
    await sleep(pause, undefined, { signal }).catch(() => {})
  }
}
