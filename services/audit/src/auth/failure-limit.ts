import { type Clock, MINUTE } from '@rollcall/domain/time'

/** Wrong tokens that one address may send in a minute; a person with a mistyped one sends a few. */
export const FAILURES_PER_MINUTE_MAX = 30
const ADDRESSES_MAX = 10_000

export interface FailureLimit {
  isOver(address: string): boolean
  note(address: string): void
}

/** Counts refused tokens by address, so that nobody tries many. Addresses beyond the bound share nothing: the oldest is forgotten. */
export const createFailureLimit = (clock: Clock): FailureLimit => {
  const failures = new Map<string, { readonly minute: number; count: number }>()
  const minuteNow = () => Math.floor(clock() / MINUTE)
  return {
    isOver: (address) => {
      const found = failures.get(address)
      return found !== undefined && found.minute === minuteNow() && found.count >= FAILURES_PER_MINUTE_MAX
    },
    note: (address) => {
      const minute = minuteNow()
      const found = failures.get(address)
      if (found?.minute === minute) {
        found.count += 1
        return
      }
      failures.delete(address)
      failures.set(address, { minute, count: 1 })
      if (failures.size > ADDRESSES_MAX) failures.delete(failures.keys().next().value as string)
    },
  }
}
