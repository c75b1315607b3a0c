import { describe, expect, it } from 'vitest'
import { newPartitionProgress } from './partition-progress.ts'
import { STALL_MS_MAX } from './watchdog.ts'

const AT = 1_000_000
const LATE = AT + STALL_MS_MAX + 1
const lags = (...waiting: readonly number[]) => new Map(waiting.map((lag, partition) => [partition, BigInt(lag)]))

describe('the progress of partitions', () => {
  it('is of each by itself: one that stands still shows, however fast the others move', () => {
    const progress = newPartitionProgress()
    expect(progress.watch(lags(5, 5, 5), AT)).toEqual({ answer: 'fine', stalled: [] })
    progress.moved(0, LATE)
    progress.moved(2, LATE)
    expect(progress.watch(lags(5, 5, 5), LATE)).toEqual({ answer: 'rebuild-client', stalled: [1] })
  })

  it('leaves when the new client did not help, and only for what it was made for', () => {
    const progress = newPartitionProgress()
    progress.watch(lags(5, 5), AT)
    progress.moved(1, AT + 1_000)
    progress.clientRebuilt([0], LATE)
    expect(progress.watch(lags(5, 5), LATE)).toEqual({ answer: 'fine', stalled: [] })
    expect(progress.watch(lags(5, 5), LATE + 1_000)).toEqual({ answer: 'rebuild-client', stalled: [1] })
    expect(progress.watch(lags(5, 5), LATE + STALL_MS_MAX + 1)).toEqual({ answer: 'exit', stalled: [0] })
  })

  it('counts nothing against a partition that has nothing waiting, is new, or was somebody else’s meanwhile', () => {
    const progress = newPartitionProgress()
    progress.watch(lags(0, 5), AT)
    expect(progress.watch(new Map([[0, 5n]]), LATE).answer).toBe('fine')
    expect(progress.watch(lags(5, 5, 5), LATE + 1_000).answer).toBe('fine')
  })

  it('begins again after an outage', () => {
    const progress = newPartitionProgress()
    progress.watch(lags(5), AT)
    progress.startOver()
    expect(progress.watch(lags(5), LATE).answer).toBe('fine')
  })
})
