import { atOnce } from '../at-once.ts'
import { type Loaded, type LoadOptions, loadPartition } from './load-partition.ts'
import type { LoadSpans } from './load-projection.ts'

/** Loads one partition after the other in this thread: for a log that only this process can read. */
export const loadHere =
  (options: LoadOptions): LoadSpans =>
  async (spans) => {
    const loaded: Loaded[] = []
    await atOnce(1, spans, async (span) => {
      loaded.push(await loadPartition(options, span))
    })
    return loaded
  }
