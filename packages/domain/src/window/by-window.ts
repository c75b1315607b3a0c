import type { Instant } from '../time.ts'
import { windowAt } from './window.ts'

/** What belongs to each window, by the window's start; what has no time of creation yet belongs to none. In the order given. Pure. */
export const byWindow = <T>(items: readonly T[], createdAt: (item: T) => Instant | null): ReadonlyMap<Instant, readonly T[]> => {
  const windows = new Map<Instant, T[]>()
  for (const item of items) {
    const at = createdAt(item)
    if (at === null) continue
    const { from } = windowAt(at)
    const others = windows.get(from)
    if (others === undefined) windows.set(from, [item])
    else others.push(item)
  }
  return windows
}
