interface Waiter {
  readonly seq: number
  readonly wake: () => void
}

/** Readers that have caught up, waiting for a record at or above a seq. */
export class SeqWaiters {
  readonly #waiters = new Set<Waiter>()

  wait(seq: number, { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal }): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', wake)
        this.#waiters.delete(waiter)
        resolve()
      }
      const waiter = { seq, wake }
      const timer = setTimeout(wake, timeoutMs)
      signal?.addEventListener('abort', wake, { once: true })
      this.#waiters.add(waiter)
    })
  }

  /** Wakes all whose record is there now that `lastSeq` is durable. */
  wakeUpTo(lastSeq: number): void {
    for (const { seq, wake } of this.#waiters) if (seq <= lastSeq) wake()
  }
}
