import { join } from 'node:path'
import { type Cursor, openCursor } from '@rollcall/segment-log/cursor'
import { nodeFiles } from '@rollcall/segment-log/node-files'
import { openSegmentLog, type SegmentLogOptions } from '@rollcall/segment-log/open-segment-log'
import type { SegmentLog } from '@rollcall/segment-log/segment-log'

export interface Spool {
  readonly segments: SegmentLog
  readonly cursor: Cursor
  /** Where forwarding goes on. */
  readonly from: bigint
  /** The cursor was beyond the records: the segments were lost or replaced. Everything held is sent again. */
  readonly cursorWasAhead: boolean
  close(): Promise<void>
}

export const SEGMENTS_FOLDER = 'segments'
const CURSOR_FILE = 'forwarded'

/** One worker's spool: `segments/` and the durable position of what the log has acknowledged. `options` say what it stands on, this machine by default, and who hears of damage. */
export const openSpool = async (directory: string, options: Omit<SegmentLogOptions, 'directory'>): Promise<Spool> => {
  const { files = nodeFiles } = options
  const segments = await openSegmentLog({ ...options, directory: join(directory, SEGMENTS_FOLDER) })
  const file = join(directory, CURSOR_FILE)
  let cursor = await openCursor({ file, files })
  const { low, next } = segments.bounds()
  const cursorWasAhead = cursor.position() > next
  if (cursorWasAhead) {
    // A cursor never goes back, and new records would be numbered below it and never be sent.
    await cursor.close()
    await files.unlink(file)
    cursor = await openCursor({ file, files })
  }
  // biome-ignore lint/complexity/useMathMinMax: these are bigints.
  const from = cursor.position() > low ? cursor.position() : low
  return {
    segments,
    cursor,
    from,
    cursorWasAhead,
    close: async () => {
      await cursor.close()
      await segments.close()
    },
  }
}
