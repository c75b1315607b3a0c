/** Why an append was refused. Trying again can help, except after SpoolUnusableError and RecordTooLargeError. */

/** No space left. Nothing was kept of the batch; appends work again as soon as there is space. */
export class SpoolFullError extends Error {
  override readonly name = 'SpoolFullError'
}

/** The disk failed this batch. Nothing of it counts as written. */
export class SpoolWriteError extends Error {
  override readonly name = 'SpoolWriteError'
}

/** The disk is mounted read-only. Nothing was kept of the batch; appends work again as soon as it is not. */
export class SpoolReadOnlyError extends Error {
  override readonly name = 'SpoolReadOnlyError'
}

/** More is waiting for the disk than `pendingBytesMax` allows, or the disk has not come back for `stallMsMax`. */
export class SpoolBusyError extends Error {
  override readonly name = 'SpoolBusyError'
}

/** The disk failed twice in a row: this log takes nothing more. Reading still works; the process should go unready and exit. */
export class SpoolUnusableError extends Error {
  override readonly name = 'SpoolUnusableError'
}

export class SpoolClosedError extends Error {
  override readonly name = 'SpoolClosedError'
}

export class RecordTooLargeError extends Error {
  override readonly name = 'RecordTooLargeError'
}

const NO_SPACE_CODES: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT'])

export const spoolErrorOf = (cause: unknown, doing: string): SpoolFullError | SpoolReadOnlyError | SpoolWriteError => {
  const code = (cause as NodeJS.ErrnoException | null)?.code
  if (NO_SPACE_CODES.has(code)) return new SpoolFullError(`no space left while ${doing}; free space on that disk and appends resume`, { cause })
  if (code === 'EROFS') return new SpoolReadOnlyError(`the disk is read-only, found while ${doing}; see the kernel log for why, and appends resume once it is writable`, { cause })
  return new SpoolWriteError(`the disk failed while ${doing} (${code ?? String(cause)}); check the disk and the kernel log`, { cause })
}
