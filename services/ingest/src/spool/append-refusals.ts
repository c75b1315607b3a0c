import type { RefusalReason } from '@rollcall/contracts/ingest-status'
import type { Logger } from '@rollcall/telemetry/create-logger'
import type { SpoolHealth } from './spool-health.ts'

/** A full disk refuses every delivery, and a line for each would help to fill it. */
const LOGGED_EVERY_MS = 1_000

export type SpoolRefusal = Extract<RefusalReason, `spool-${string}`>

export interface AppendRefusals {
  /** What follows from an append that was rejected, and which refusal it is. */
  refused(error: unknown, account: string): SpoolRefusal
}

export interface AppendRefusalsOptions {
  readonly health: Pick<SpoolHealth, 'wasFull' | 'failed'>
  readonly monotonicMs: () => number
  readonly logger: Pick<Logger, 'error'>
  /** Ends the process, with this as the reason. */
  readonly fail: (error: Error) => void
}

export const createAppendRefusals = ({ health, monotonicMs, logger, fail }: AppendRefusalsOptions): AppendRefusals => {
  let loggedAt: number | null = null
  let notLogged = 0

  const log = (error: unknown, account: string, reason: SpoolRefusal): void => {
    const now = monotonicMs()
    if (loggedAt !== null && now - loggedAt < LOGGED_EVERY_MS) {
      notLogged += 1
      return
    }
    logger.error({ event: 'delivery.refused', account, reason, notLogged, err: error }, 'the spool does not take the delivery; it is not acknowledged')
    loggedAt = now
    notLogged = 0
  }
  return {
    refused: (error, account) => {
      const reason = spoolRefusal(error)
      log(error, account, reason)
      if (reason === 'spool-full') health.wasFull()
      if (error instanceof Error && error.name === 'SpoolUnusableError') {
        health.failed(error.message)
        fail(error)
      }
      return reason
    },
  }
}

const spoolRefusal = (error: unknown): SpoolRefusal => {
  const name = error instanceof Error ? error.name : ''
  if (name === 'SpoolFullError') return 'spool-full'
  return name === 'SpoolBusyError' ? 'spool-busy' : 'spool-failed'
}
