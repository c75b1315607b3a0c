/** Epoch milliseconds. */
export type Instant = number

/** The time the simulated Exotel lives in. Real, accelerated, virtual or turned by hand. */
export interface SimulatorClock {
  now(): Instant
  /** Resolves when `now()` has reached `at`, or early when the signal aborts; never rejects. */
  sleepUntil(at: Instant, signal: AbortSignal): Promise<void>
  /** Something real is under way that a clock which jumps should not leave far behind. Returns how to say that it is over. */
  hold?(): () => void
}
