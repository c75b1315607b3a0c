import { join } from 'node:path'
import { openSegmentLog } from '@rollcall/segment-log/open-segment-log'
import type { SegmentLog } from '@rollcall/segment-log/segment-log'

/** Newest records of each partition kept in memory: dozens of partitions share one process. */
const TAIL_BYTES_MAX = 2 * 1024 * 1024

/** All partitions of a topic, or none. */
export const openPartitions = async ({
  directory,
  topic,
  count,
  clock,
}: {
  readonly directory: string
  readonly topic: string
  readonly count: number
  readonly clock: () => number
}): Promise<SegmentLog[]> => {
  const open = (partition: number) => openSegmentLog({ directory: join(directory, encodeURIComponent(topic), String(partition)), tailBytesMax: TAIL_BYTES_MAX, clock })
  const outcomes = await Promise.allSettled(Array.from({ length: count }, (_, partition) => open(partition)))
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  const opened = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  if (failed === undefined) return opened
  await Promise.all(opened.map((partition) => partition.close()))
  throw failed.reason
}
