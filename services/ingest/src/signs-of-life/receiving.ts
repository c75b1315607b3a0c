/** Deliveries that have come and are neither on disk nor refused yet. */
export interface Receiving {
  /** One has come. Returns what to call when it is kept or refused; more than once is as good as once. */
  begin(): () => void
  /** When the oldest of them came; null when there is none. */
  since(): number | null
}

/** @param monotonicMs milliseconds of a clock that nobody sets */
export const createReceiving = (monotonicMs: () => number): Receiving => {
  /** In the order in which they came. */
  const coming = new Set<{ readonly at: number }>()
  return {
    begin: () => {
      const delivery = { at: monotonicMs() }
      coming.add(delivery)
      return () => void coming.delete(delivery)
    },
    since: () => {
      const [oldest] = coming
      return oldest?.at ?? null
    },
  }
}
