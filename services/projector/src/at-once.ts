/** Runs `work` on every item, on so many at the same time. The first failure is thrown when all that had begun has ended. */
export const atOnce = async <T>(max: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
  const waiting = [...items]
  const results = await Promise.allSettled(
    Array.from({ length: max }, async () => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
        await work(item).catch((error: unknown) => {
          waiting.length = 0
          throw error
        })
      }
    }),
  )
  const failed = results.find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
