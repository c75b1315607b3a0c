import { LogUnavailableError } from '@rollcall/event-log/event-log'
import { isRetryable } from '@rollcall/store/errors'

/** Whether the log or Postgres is away, so that trying again can help. */
export const isPassing = (error: unknown): boolean => error instanceof LogUnavailableError || isRetryable(error)
