/**
 * One send at a time; what queued meanwhile goes next. The simplest thing that is fast: no spool, no deadline, no retry of our own.
 * A failed send fails every item in it.
 */
export const createMicroBatcher = <Item>(send: (items: readonly Item[]) => Promise<unknown>, itemsMax: number): ((item: Item) => Promise<void>) => {
  let queued: { readonly item: Item; readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = []
  let sending = false

  const run = async (): Promise<void> => {
    while (queued.length > 0) {
      const batch = queued.slice(0, itemsMax)
      queued = queued.slice(itemsMax)
      try {
        await send(batch.map(({ item }) => item))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    sending = false
  }

  return (item) =>
    new Promise((resolve, reject) => {
      queued.push({ item, resolve, reject })
      if (sending) return
      sending = true
      setImmediate(run)
    })
}
