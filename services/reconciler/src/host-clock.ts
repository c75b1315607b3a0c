import type { Clock } from '@rollcall/domain/time'

/**
 * This host's clock as a run sees it. People and NTP set the host's clock at any moment; under a run it goes on evenly all the same, so
 * that two moments of it are as far apart as they were, and what one answer showed of the vendor's clock holds for the whole run.
 */
export interface HostClock {
  readonly now: Clock
  /** Takes over what the host's clock shows now. Returns by how many milliseconds it was set forward since. */
  takeOver(): number
}

/** @param monotonic milliseconds of a clock that nobody sets. */
export const createHostClock = (wall: Clock, monotonic: () => number): HostClock => {
  const apart = (): number => wall() - monotonic()
  let base = apart()
  return {
    now: () => Math.round(base + monotonic()),
    takeOver: () => {
      const set = Math.round(apart() - base)
      base += set
      return set
    },
  }
}
