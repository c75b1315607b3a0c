/** The keeper's loop: take what is new, sign at once where something final is in it and every minute otherwise, publish what was signed. */
import { type Clock, MINUTE, SECOND } from '@rollcall/domain/time'
import { LogUnavailableError } from '@rollcall/event-log/event-log'
import { isRetryable } from '@rollcall/store/errors'
import type { Logger } from '@rollcall/telemetry/create-logger'
import type { TreeKeeper } from './keep-tree.ts'
import type { DatedCheckpoint, Publication } from './publish-checkpoints.ts'

/** A checkpoint is at most this old while there is something to sign. */
export const CHECKPOINT_EVERY_MS = MINUTE
/** How long one turn waits for records; what is urgent waits no longer than it takes to read them. */
const WAIT_MS_MAX = 5 * SECOND
const PAUSE_MS = SECOND

export interface KeeperStatus {
  size: number
  /** The newest checkpoint, and when it was signed, in epoch milliseconds. */
  signed: { readonly size: number; readonly at: number } | null
  /** Why nothing goes on; null while it does. */
  trouble: string | null
}

export interface RunningKeeper {
  readonly keeper: TreeKeeper
  readonly publication: Publication
  readonly status: KeeperStatus
  /** Milliseconds of a clock that nobody sets. */
  readonly monotonic: () => number
  readonly clock: Clock
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly logger: Logger
  /** What was signed before this start: published again, for nobody knows whether it was. */
  readonly last: DatedCheckpoint | null
  /** Called before anything is signed. @throws LogUnavailableError: then nothing is */
  readonly tellKeyChange: () => Promise<void>
}

/** Until the signal aborts; then what is not signed yet is. @throws InconsistentTreeError, and what else trying again cannot help */
export const runKeeper = async (given: RunningKeeper, signal: AbortSignal): Promise<void> => {
  const { keeper, publication, status, monotonic, clock, sleep, logger, tellKeyChange } = given
  let newest = given.last
  let dueAt = monotonic()
  const sign = async (): Promise<void> => {
    await tellKeyChange()
    const signed = await keeper.sign()
    dueAt = monotonic() + CHECKPOINT_EVERY_MS
    if (signed === null) return
    newest = { ...signed, signedAt: clock() }
    status.signed = { size: newest.size, at: newest.signedAt }
  }
  while (!signal.aborted) {
    try {
      const { taken, urgent } = await keeper.takeMore(Math.max(0, Math.min(WAIT_MS_MAX, dueAt - monotonic())), signal)
      status.size = keeper.size()
      if (urgent || monotonic() >= dueAt) {
        await sign()
        if (newest !== null) await publication.publish(newest, signal)
      }
      if (status.trouble !== null) logger.info({ event: 'keeper.goes-on', taken }, 'the tree is kept again')
      status.trouble = null
    } catch (error) {
      if (signal.aborted) break
      if (!isAway(error)) throw error
      if (status.trouble === null) logger.warn({ event: 'keeper.waits', err: error }, 'the log or the database is away; the tree waits')
      status.trouble = error instanceof Error ? error.message : String(error)
      await sleep(PAUSE_MS, signal)
    }
  }
  // Whoever starts it again signs then.
  await sign().catch((error: unknown) => {
    if (!isAway(error)) throw error
  })
}

const isAway = (error: unknown): boolean => error instanceof LogUnavailableError || isRetryable(error)
