import type { LogRecord } from '@rollcall/event-log/event-log'

type Behaviour = 'accept' | 'refuse' | 'hang' | 'accept-but-lose-the-ack'

/** A log in memory that does to each append what the script says; when the script is over it accepts. */
export const createScriptedLog = (...script: Behaviour[]) => {
  const records: LogRecord[] = []
  const batches: number[] = []
  const hanging: { accept(): void; refuse(): void }[] = []
  return {
    /** Everything the log holds, duplicates and all. */
    records,
    /** Size of every batch that was tried. */
    batches,
    /** Appends that have had no answer yet, oldest first. */
    hanging,
    append: (batch: readonly LogRecord[]): Promise<void> => {
      batches.push(batch.length)
      const refused = () => new Error('the log is not available')
      const behaviour = script.shift() ?? 'accept'
      switch (behaviour) {
        case 'refuse':
          return Promise.reject(refused())
        case 'accept-but-lose-the-ack':
          records.push(...batch)
          return Promise.reject(refused())
        case 'hang':
          return new Promise((resolve, reject) => {
            hanging.push({
              accept: () => {
                records.push(...batch)
                resolve()
              },
              refuse: () => reject(refused()),
            })
          })
        case 'accept':
          records.push(...batch)
          return Promise.resolve()
        default:
          return behaviour satisfies never
      }
    },
  }
}
