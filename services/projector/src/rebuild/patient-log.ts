import { setTimeout as sleep } from 'node:timers/promises'
import { type EventLog, LogUnavailableError, TopicMissingError } from '@rollcall/event-log/event-log'
import { backoffMs } from '../backoff-ms.ts'

/** Asked so often in a row, with the pauses between: a minute and a quarter. A broker starts again in less, and a rebuild would begin anew. */
export const TRIES_MAX = 20

/** What a rebuild asks of the log. */
export type ReadLog = Pick<EventLog, 'read' | 'bounds' | 'clusterId'>

/** The same log, asked again where it is away. A topic that is missing is not waited for: it would come back without its records. */
export const patientLog = (log: ReadLog, signal: AbortSignal, pause: (ms: number) => Promise<unknown> = (ms) => sleep(ms, undefined, { signal })): ReadLog => {
  const ask = async <T>(answer: () => Promise<T>): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      try {
        const answered = await answer()
        // A read that is ended gives nothing, as if there were nothing.
        signal.throwIfAborted()
        return answered
      } catch (error) {
        if (!(error instanceof LogUnavailableError) || error instanceof TopicMissingError || tries === TRIES_MAX) throw error
        await pause(backoffMs(tries))
      }
    }
  }
  return {
    read: (topic, from, options) => ask(() => log.read(topic, from, { ...options, signal })),
    bounds: (topic) => ask(() => log.bounds(topic)),
    clusterId: () => ask(() => log.clusterId()),
  }
}
