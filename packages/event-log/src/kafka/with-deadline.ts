/** A promise that settles within `ms`: the work's own result, or a rejection. The work goes on in the background; its late failure is not reported again. */
export const withDeadline = async <T>(work: Promise<T>, ms: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([work, expired])
  } finally {
    clearTimeout(timer)
    // Promise.race has attached a handler already, so a rejection after the deadline is never unhandled.
  }
}
