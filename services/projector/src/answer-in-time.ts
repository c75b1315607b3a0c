import { LogUnavailableError } from '@rollcall/event-log/event-log'

/** Longer than a leader election; short enough that a client that hangs is replaced before anyone notices. */
export const LOG_ANSWER_MS_MAX = 10_000

/** What the log answers. @throws LogUnavailableError also when it never does: that is how clients hang. */
export const answerInTime = async <T>(what: string, answer: Promise<T>, msMax = LOG_ANSWER_MS_MAX): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LogUnavailableError(`the event log did not answer within ${msMax} ms (${what})`)), msMax)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
