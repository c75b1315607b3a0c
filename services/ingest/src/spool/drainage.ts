/*
 * Up to when is everything that was received in the log? Every look takes a mark: this moment, or that at which the oldest delivery came
 * that is still on its way to the disk, and where the spool ends. All that came before the moment is in the spool below that end, or was
 * refused. Once the log has acknowledged everything below the end, the spool is drained up to the mark's moment.
 */

/** A mark less only makes the moment earlier than it could be: fourteen hours of an outage at one look in five seconds. */
export const MARKS_MAX = 10_000

export interface Drainage {
  /** Takes a mark. The moment before which everything received is in the log; null while that is not known of any. */
  look(): number | null
}

export interface DrainageOptions {
  /** A clock that nobody sets, in milliseconds. */
  readonly monotonicMs: () => number
  /** When the oldest delivery came that is being written to the spool; null when none is. */
  readonly receivingSince: () => number | null
  /** Seq of the record after the last that is on disk. */
  readonly next: () => bigint
  /** Every record below is acknowledged by the log. */
  readonly position: () => bigint
}

export const createDrainage = ({ monotonicMs, receivingSince, next, position }: DrainageOptions): Drainage => {
  /** Oldest first. */
  const marks: { readonly at: number; readonly next: bigint }[] = []
  let drainedTo: number | null = null
  return {
    look: () => {
      marks.push({ at: receivingSince() ?? monotonicMs(), next: next() })
      if (marks.length > MARKS_MAX) marks.splice(-2, 1)
      while (marks[0] !== undefined && position() >= marks[0].next) drainedTo = marks.shift()?.at ?? drainedTo
      return drainedTo
    },
  }
}
