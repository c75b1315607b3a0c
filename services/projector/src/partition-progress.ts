import { type Progress, progressAt, type WatchdogAnswer, watch } from './watchdog.ts'

/** What the watchdog knows of every owned partition; `now` as it has it. Outlives the client of the log: a stall may last longer than one. */
export interface PartitionProgress {
  /** A batch of the partition was applied. */
  moved(partition: number, now: number): void
  /**
   * `lags`: how many records wait in each partition we own. One that is new, or had nothing waiting before, counts as moving; one that is not
   * there is forgotten. The answer is that of the partition that is worst off.
   */
  watch(lags: ReadonlyMap<number, bigint>, now: number): { readonly answer: WatchdogAnswer; readonly stalled: readonly number[] }
  /** A new client is made for these, because they stand still. */
  clientRebuilt(stalled: readonly number[], now: number): void
  /** The log or Postgres was away: nothing could have moved. */
  startOver(): void
}

export const newPartitionProgress = (): PartitionProgress => {
  let known = new Map<number, Progress>()
  return {
    moved: (partition, now) => void known.set(partition, progressAt(now)),
    watch: (lags, now) => {
      // The clock starts when something is first seen to wait: it may have been long since there was anything to do.
      known = new Map([...lags].flatMap(([partition, lag]) => (lag > 0n ? [[partition, known.get(partition) ?? progressAt(now)]] : [])))
      const answers = [...known].map(([partition, progress]) => ({ partition, answer: watch(lags.get(partition) ?? 0n, progress, now) }))
      const worst = (['exit', 'rebuild-client', 'fine'] as const).find((answer) => answers.some((one) => one.answer === answer)) ?? 'fine'
      return { answer: worst, stalled: worst === 'fine' ? [] : answers.flatMap(({ partition, answer }) => (answer === worst ? [partition] : [])) }
    },
    clientRebuilt: (stalled, now) => {
      for (const partition of stalled) known.set(partition, { ...(known.get(partition) ?? progressAt(now)), rebuiltAt: now })
    },
    startOver: () => known.clear(),
  }
}
