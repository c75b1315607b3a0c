import { isIPv6 } from 'node:net'

/*
 * How often secrets may be tried. It limits failures, never deliveries: whoever knows a live secret is always let in, so that a stranger
 * behind the same balancer or NAT cannot lock Exotel out (docs/decisions/0010-failed-secrets.md).
 */

export const WINDOW_MS = 60_000
/** Failures of one source in a window that are answered in full. */
export const SOURCE_FAILURES_MAX = 30
/** The same for all sources together: many sources are as good as one to somebody who guesses. */
export const ALL_FAILURES_MAX = 1_000
/** Sources remembered at a time; the one that began longest ago is forgotten first. */
export const SOURCES_MAX = 10_000

export interface FailureLimit {
  /** Counts one failure; true when there have been too many, of this source or of all. */
  exceeded(source: string): boolean
  size(): number
}

interface Window {
  readonly since: number
  failures: number
}

export const createFailureLimit = (monotonicMs: () => number): FailureLimit => {
  /** In order of their beginning. */
  const sources = new Map<string, Window>()
  let all: Window = { since: monotonicMs(), failures: 0 }

  const windowOf = (source: string, now: number): Window => {
    const known = sources.get(source)
    if (known !== undefined && now - known.since < WINDOW_MS) return known
    sources.delete(source)
    const [oldest] = sources.keys()
    if (sources.size >= SOURCES_MAX && oldest !== undefined) sources.delete(oldest)
    const begun = { since: now, failures: 0 }
    sources.set(source, begun)
    return begun
  }

  return {
    exceeded: (address) => {
      const now = monotonicMs()
      if (now - all.since >= WINDOW_MS) all = { since: now, failures: 0 }
      const own = windowOf(sourceOf(address), now)
      own.failures += 1
      all.failures += 1
      return own.failures > SOURCE_FAILURES_MAX || all.failures > ALL_FAILURES_MAX
    },
    size: () => sources.size,
  }
}

/** One customer of a provider has a whole /64 of IPv6 addresses: they are one source. */
const sourceOf = (address: string): string => (isIPv6(address) ? expandedPrefix(address) : address)

const GROUPS = 8
const PREFIX_GROUPS = 4

const expandedPrefix = (address: string): string => {
  const [head = '', tail] = address.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, GROUPS - front.length - back.length) }, () => '0')
  return [...front, ...(tail === undefined ? [] : zeros), ...back]
    .slice(0, PREFIX_GROUPS)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
