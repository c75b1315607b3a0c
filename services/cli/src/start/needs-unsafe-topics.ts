import type { LocalStack } from '@rollcall/local/start-local-stack'

/**
 * Whether the log that was started here can only be used with unsafe topics: one broker keeps one copy, and so does the embedded log.
 * Brokers that the environment names are somebody's real ones, and are never excused by us.
 */
export const needsUnsafeTopics = (stack: Pick<LocalStack, 'kafkaBrokers' | 'embeddedLogUrl'>, brokersGiven: boolean): boolean =>
  stack.embeddedLogUrl !== undefined || (!brokersGiven && stack.kafkaBrokers?.length === 1)
