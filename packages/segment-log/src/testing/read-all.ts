import type { SegmentLog, SegmentRecord } from '../segment-log.ts'

const READ_BYTES_MAX = 64 * 1024

/** Every record from `from` on. */
export const readAll = async (log: SegmentLog, from = 0n, maxBytes = READ_BYTES_MAX): Promise<SegmentRecord[]> => {
  const records: SegmentRecord[] = []
  for (;;) {
    const last = records.at(-1)
    const more = await log.read(last === undefined ? from : last.seq + 1n, { maxBytes })
    if (more.length === 0) return records
    records.push(...more)
  }
}

export const texts = (records: readonly SegmentRecord[]): string[] => records.map(({ payload }) => Buffer.from(payload).toString())
