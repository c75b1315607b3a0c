import type { SegmentLog, SegmentRecord } from '@rollcall/segment-log/segment-log'

/** What a forwarder sees of a spool, in memory. Seqs may be made to skip, as they do where damage was set aside. */
export const createMemorySpool = (): Pick<SegmentLog, 'read' | 'bounds' | 'waitBeyond'> & { add(text: string): bigint; skip(count: bigint): void } => {
  const records: SegmentRecord[] = []
  let next = 0n
  const waiting = new Set<() => void>()
  const wake = (): void => {
    for (const resume of waiting) resume()
    waiting.clear()
  }
  return {
    add: (text) => {
      records.push({ seq: next, appendedAt: Number(next), payload: Buffer.from(text) })
      next += 1n
      wake()
      return next - 1n
    },
    skip: (count) => {
      next += count
      wake()
    },
    read: async (from, { maxBytes }) => {
      let bytes = 0
      const found = records.filter(({ seq }) => seq >= from)
      return found.filter(({ payload }, index) => {
        bytes += payload.length
        return index === 0 || bytes <= maxBytes
      })
    },
    bounds: () => ({ low: 0n, next }),
    waitBeyond: (seq, { signal }) => {
      if (next > seq || signal?.aborted) return Promise.resolve()
      return new Promise((resolve) => {
        waiting.add(resolve)
        signal?.addEventListener('abort', () => resolve(), { once: true })
      })
    },
  }
}
