/** Every Kafka client in Node has reports of a consumer that stops in silence. This long without progress, with records waiting, is one. */
export const STALL_MS_MAX = 30_000

/** Of one partition: the others may go on while it stands still. Times are milliseconds of a clock that nobody sets: by one that is set back a stall would last as long again. */
export interface Progress {
  /** When a batch was last applied, or something was first seen to wait. */
  readonly at: number
  /** When the client was last made anew for this stall; null when it was not. */
  readonly rebuiltAt: number | null
}

export type WatchdogAnswer = 'fine' | 'rebuild-client' | 'exit'

/** What any progress leaves: a stall that comes later begins from the beginning. */
export const progressAt = (at: number): Progress => ({ at, rebuiltAt: null })

/** A stall is answered with a new client; if that does not help, by leaving, so that the supervisor starts a new process. `lag`: records that wait in the partition. */
export const watch = (lag: bigint, { at, rebuiltAt }: Progress, now: number): WatchdogAnswer => {
  if (lag <= 0n || now - at <= STALL_MS_MAX) return 'fine'
  if (rebuiltAt === null) return 'rebuild-client'
  return now - rebuiltAt > STALL_MS_MAX ? 'exit' : 'fine'
}
