/** setTimeout cannot count further; a longer sleep is taken in pieces by its caller's loop. */
const TIMER_MS_MAX = 2 ** 31 - 1

/** Resolves after about `ms` real milliseconds, or at once when the signal aborts. */
export const sleepMs = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const wake = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', wake)
      resolve()
    }
    const timer = setTimeout(wake, Math.min(Math.max(Math.ceil(ms), 0), TIMER_MS_MAX))
    signal.addEventListener('abort', wake)
  })
