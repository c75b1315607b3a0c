/** Waits for the work to settle, well or not, but no longer than this. */
export const settledWithin = async (msMax: number, work: readonly Promise<unknown>[]): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, msMax)
  })
  try {
    await Promise.race([Promise.allSettled(work), late])
  } finally {
    clearTimeout(timer)
  }
}
