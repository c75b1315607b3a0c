/*
 * Who waits for the log's acknowledgement, and for how long: the breaker is part of it.
 *
 *   closed ──TIMEOUTS_MAX timeouts in a row──► open ──a probe is acknowledged in time, or nothing is left unacknowledged──► closed
 *
 * Closed: a request waits up to `waitMs`. Open: it does not wait at all, so an outage never holds requests in memory; one at a time
 * is remembered as the probe. A late acknowledgement of old records does not close it: while a backlog drains, waiting is still useless.
 * Nothing here touches durability. A request that stops waiting has its record on disk, and the forwarder goes on by itself.
 */

export const TIMEOUTS_MAX = 3
/** Beyond so many a request does not wait: its delivery is on disk, and what holds it is memory and a connection. */
export const WAITING_MAX = 1_024
/** How often waiting requests are looked through. They time out in order, so a look is cheap. */
export const SWEEP_MS = 25

interface Waiter {
  readonly since: number
  readonly settle: (acknowledged: boolean) => void
}

export interface AckWaiters {
  /** True once the record is acknowledged; false when it was not in time, or waiting is useless. */
  wait(seq: bigint): Promise<boolean> | boolean
  /** The log has acknowledged this record. */
  acknowledge(seq: bigint): void
  /** The log has acknowledged everything there is. */
  caughtUp(): void
  /** Lets go of whoever has waited long enough. Called every SWEEP_MS. */
  sweep(): void
  isOpen(): boolean
  size(): number
}

/** `monotonicMs` must not jump with the wall clock. `isAcknowledged` answers for acknowledgements that came before anyone waited. */
export const createAckWaiters = (options: { readonly waitMs: number; readonly monotonicMs: () => number; readonly isAcknowledged: (seq: bigint) => boolean }): AckWaiters => {
  const { waitMs, monotonicMs, isAcknowledged } = options
  /** In order of arrival, hence of time. */
  const waiting = new Map<bigint, Waiter>()
  let timeoutsInARow = 0
  let probe: { readonly seq: bigint; readonly since: number } | null = null
  let open = false

  const close = (): void => {
    open = false
    probe = null
    timeoutsInARow = 0
  }
  const openUp = (): void => {
    open = true
    for (const { settle } of waiting.values()) settle(false)
    waiting.clear()
  }

  return {
    wait: (seq) => {
      if (isAcknowledged(seq)) return true
      if (open) {
        probe ??= { seq, since: monotonicMs() }
        return false
      }
      if (waitMs === 0 || waiting.size >= WAITING_MAX) return false
      return new Promise((settle) => {
        waiting.set(seq, { since: monotonicMs(), settle })
      })
    },
    acknowledge: (seq) => {
      const waiter = waiting.get(seq)
      if (waiter !== undefined) {
        waiting.delete(seq)
        timeoutsInARow = 0
        waiter.settle(true)
      }
      if (probe === null || seq < probe.seq) return
      if (monotonicMs() - probe.since <= waitMs) close()
      else probe = null
    },
    caughtUp: () => {
      if (open) close()
    },
    sweep: () => {
      const now = monotonicMs()
      for (const [seq, { since, settle }] of waiting) {
        if (now - since < waitMs) return
        waiting.delete(seq)
        settle(false)
        timeoutsInARow += 1
        if (timeoutsInARow >= TIMEOUTS_MAX) return openUp()
      }
    },
    isOpen: () => open,
    size: () => waiting.size,
  }
}
