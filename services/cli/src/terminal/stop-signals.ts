/** A terminal and npm may both deliver one Ctrl-C: what comes this close together is one wish. */
const SECOND_SIGNAL_AFTER_MS = 1_000

export interface StopSignals {
  /** Aborts at the first Ctrl-C, SIGTERM, or when whoever started us is gone: stop in order. */
  readonly stop: AbortSignal
  /** Aborts at a later one: stop at once. */
  readonly force: AbortSignal
}

/** Listens for as long as the process lives. */
export const listenForStop = (): StopSignals => {
  const stop = new AbortController()
  const force = new AbortController()
  let firstAt: number | null = null
  const onSignal = () => {
    const now = performance.now()
    if (firstAt !== null && now - firstAt > SECOND_SIGNAL_AFTER_MS) force.abort()
    firstAt ??= now
    stop.abort()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  process.on('disconnect', onSignal)
  return { stop: stop.signal, force: force.signal }
}
