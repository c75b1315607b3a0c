import { readdirSync, readFileSync } from 'node:fs'
import { peakRssBytesIn } from '../../bench/process-usage.ts'

/** The most that a service may hold (reliability R11); above it, it leaks or takes too much at once. */
export const RSS_BYTES_MAX = 512 * 1024 * 1024
export const DESCRIPTORS_MAX = 1_500

export interface Ceilings {
  look(name: string, pid: number | null): void
  /** The most that each name's processes ever held. */
  seen(): Readonly<Record<string, { readonly rssMiB: number; readonly descriptors: number }>>
  findings(): readonly string[]
}

const MIB = 1024 * 1024

/** Watches how much memory and how many descriptors processes hold, whichever process has the name at the time. */
export const createCeilings = (): Ceilings => {
  const most = new Map<string, { rssBytes: number; descriptors: number }>()
  return {
    look: (name, pid) => {
      if (pid === null) return
      try {
        const before = most.get(name) ?? { rssBytes: 0, descriptors: 0 }
        const rssBytes = peakRssBytesIn(readFileSync(`/proc/${pid}/status`, 'utf8'))
        const descriptors = readdirSync(`/proc/${pid}/fd`).length
        most.set(name, { rssBytes: Math.max(before.rssBytes, rssBytes), descriptors: Math.max(before.descriptors, descriptors) })
      } catch {
        // It ended just now.
      }
    },
    seen: () => Object.fromEntries([...most].map(([name, { rssBytes, descriptors }]) => [name, { rssMiB: Math.round(rssBytes / MIB), descriptors }])),
    findings: () =>
      [...most].flatMap(([name, { rssBytes, descriptors }]) => [
        ...(rssBytes <= RSS_BYTES_MAX ? [] : [`${name} held ${Math.round(rssBytes / MIB)} MiB of memory, more than ${RSS_BYTES_MAX / MIB}`]),
        ...(descriptors <= DESCRIPTORS_MAX ? [] : [`${name} held ${descriptors} descriptors, more than ${DESCRIPTORS_MAX}`]),
      ]),
  }
}
