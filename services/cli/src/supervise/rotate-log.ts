import { renameSync, statSync } from 'node:fs'

const LOG_BYTES_MAX = 20 * 1_024 * 1_024

/** Before a child starts: a log that has grown large becomes `<file>.1`, in place of the one before it. */
export const rotateLog = (file: string): void => {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (size > LOG_BYTES_MAX) renameSync(file, `${file}.1`)
}
