import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMemorySpool } from '../testing/memory-spool.ts'
import { createScriptedLog } from '../testing/scripted-log.ts'
import { backoffMs } from './backoff-ms.ts'
import { BATCH_RECORDS_MAX, BATCHES_IN_FLIGHT_MAX, createForwarder } from './forwarder.ts'

let stopping: AbortController
let running: Promise<void>
let appending: number
beforeEach(() => {
  stopping = new AbortController()
  appending = 0
})
afterEach(async () => {
  stopping.abort()
  await running
})

const until = async (condition: () => boolean): Promise<void> => {
  for (let turns = 0; !condition(); turns++) {
    if (turns > 10_000) throw new Error('it never came true')
    await turn()
  }
}

const start = (spool: ReturnType<typeof createMemorySpool>, log: ReturnType<typeof createScriptedLog>, from = 0n) => {
  const acknowledged: bigint[] = []
  const failures: string[] = []
  const doing: string[] = []
  let now = 1_000
  const slept: number[] = []
  const forwarder = createForwarder({
    spool,
    from,
    unpack: (bytes) => ({ key: 'k', value: bytes, headers: {}, timestamp: 0 }),
    appending: () => appending,
    append: log.append,
    onAcknowledged: (records) => acknowledged.push(...records.map(({ seq }) => seq)),
    onFailure: (error, _attempt, what) => {
      failures.push((error as Error).message)
      doing.push(what)
    },
    clock: () => ++now,
    sleep: async (ms) => {
      slept.push(ms)
      await turn()
    },
    random: () => 0.999,
  })
  running = forwarder.run(stopping.signal)
  return { forwarder, acknowledged, failures, doing, slept }
}
const texts = (log: ReturnType<typeof createScriptedLog>) => log.records.map(({ value }) => Buffer.from(value).toString())

describe('the forwarder', () => {
  it('sends what is in the spool, in order, and then what comes', async () => {
    const [spool, log] = [createMemorySpool(), createScriptedLog()]
    for (const text of ['a', 'b', 'c']) spool.add(text)
    const { forwarder, acknowledged } = start(spool, log)
    await until(() => forwarder.position() === 3n)
    spool.add('d')
    await until(() => forwarder.position() === 4n)
    expect([texts(log), acknowledged, forwarder.forwarded()]).toEqual([['a', 'b', 'c', 'd'], [0n, 1n, 2n, 3n], 4])
  })

  it('goes on from the cursor after a restart', async () => {
    const [spool, log] = [createMemorySpool(), createScriptedLog()]
    for (const text of ['a', 'b', 'c']) spool.add(text)
    const { forwarder } = start(spool, log, 2n)
    await until(() => forwarder.position() === 3n)
    expect(texts(log)).toEqual(['c'])
  })

  it('sends a batch again until the log acknowledges it, a little later each time', async () => {
    const [spool, log] = [createMemorySpool(), createScriptedLog('refuse', 'refuse', 'refuse')]
    spool.add('a')
    const { forwarder, failures, slept } = start(spool, log)
    await until(() => forwarder.position() === 1n)
    expect([texts(log), failures.length]).toEqual([['a'], 3])
    expect(slept).toEqual([100, 200, 400])
  })

  it('would rather send twice than lose what was written but not acknowledged', async () => {
    const [spool, log] = [createMemorySpool(), createScriptedLog('accept-but-lose-the-ack')]
    spool.add('a')
    const { forwarder } = start(spool, log)
    await until(() => forwarder.position() === 1n)
    expect(texts(log)).toEqual(['a', 'a'])
  })

  it('fills a batch with what queued while the one before was on its way', async () => {
    const [spool, log] = [createMemorySpool(), createScriptedLog('hang')]
    const { forwarder } = start(spool, log)
    spool.add('first')
    await until(() => log.hanging.length === 1)
    for (let count = 0; count < 7; count++) spool.add('x')
    log.hanging[0]?.accept()
    await until(() => forwarder.position() === 8n)
    expect(log.batches).toEqual([1, 7])
  })

  it('lets what is about to be on disk come along, and waits for no more than that', async () => {
    const [spool, log] = [createMemorySpool(), createScriptedLog()]
    appending = 3
    const { forwarder } = start(spool, log)
    spool.add('first of the burst')
    for (let turns = 0; turns < 3; turns++) await turn()
    spool.add('the rest')
    await until(() => forwarder.position() === 2n)
    expect(log.batches).toEqual([2])
  })

  it('has several batches on the way only while there are full ones, and never more than the bound', async () => {
    const [spool, log] = [createMemorySpool(), createScriptedLog('hang', 'hang', 'hang')]
    for (let count = 0; count < 4 * BATCH_RECORDS_MAX; count++) spool.add('x')
    const { forwarder } = start(spool, log)
    await until(() => log.hanging.length === BATCHES_IN_FLIGHT_MAX)
    for (let turns = 0; turns < 20; turns++) await turn()
    expect(log.batches).toEqual(Array(BATCHES_IN_FLIGHT_MAX).fill(BATCH_RECORDS_MAX))
    for (let accepted = 0; accepted < 3; accepted++) {
      await until(() => log.hanging.length > accepted)
      log.hanging[accepted]?.accept()
    }
    await until(() => forwarder.position() === 4n * BigInt(BATCH_RECORDS_MAX))
  })

  it('keeps the position at the oldest batch that is not acknowledged, but tells who waits at once', async () => {
    const [spool, log] = [createMemorySpool(), createScriptedLog('hang', 'hang')]
    for (let count = 0; count < 2 * BATCH_RECORDS_MAX; count++) spool.add('x')
    const second = BigInt(BATCH_RECORDS_MAX)
    const { forwarder, acknowledged } = start(spool, log)
    await until(() => log.hanging.length === 2)
    log.hanging[1]?.accept()
    await until(() => acknowledged.length > 0)
    expect([forwarder.position(), acknowledged[0], forwarder.isAcknowledged(second - 1n), forwarder.isAcknowledged(second), forwarder.oldestAt()]).toEqual([
      0n,
      second,
      false,
      true,
      0,
    ])
    log.hanging[0]?.accept()
    await until(() => forwarder.position() === 2n * second)
    expect([forwarder.isAcknowledged(0n), forwarder.oldestAt()]).toEqual([true, null])
  })

  it('passes over numbers that hold nothing, and does not spin on them', async () => {
    const [spool, log] = [createMemorySpool(), createScriptedLog()]
    spool.add('a')
    spool.skip(5n)
    const { forwarder } = start(spool, log)
    await until(() => forwarder.position() === 6n)
    spool.add('b')
    await until(() => forwarder.position() === 7n)
    expect(texts(log)).toEqual(['a', 'b'])
  })

  it('tells how long it has not been able to read, and goes on when it can', async () => {
    const [spool, log] = [createMemorySpool(), createScriptedLog()]
    let isUnreadable = true
    const read: typeof spool.read = (...asked) => (isUnreadable ? Promise.reject(new Error('EIO')) : spool.read(...asked))
    spool.add('a')
    const { forwarder, failures, doing } = start({ ...spool, read }, log)
    expect(forwarder.oldestAt()).toBeNull()
    await until(() => failures.length >= 3)
    expect([forwarder.oldestAt(), forwarder.position(), new Set(doing)]).toEqual([1_001, 0n, new Set(['reading'])])
    isUnreadable = false
    await until(() => forwarder.position() === 1n)
    expect([texts(log), forwarder.oldestAt()]).toEqual([['a'], null])
  })

  it('stops between batches, leaving the rest to the next start', async () => {
    const [spool, log] = [createMemorySpool(), createScriptedLog('refuse')]
    spool.add('a')
    const { failures, forwarder } = start(spool, log)
    await until(() => failures.length === 1)
    stopping.abort()
    await running
    expect(forwarder.position()).toBe(log.records.length === 0 ? 0n : 1n)
  })

  it('does not wait for a log that hangs when it is stopped', async () => {
    const [spool, log] = [createMemorySpool(), createScriptedLog('hang')]
    spool.add('a')
    const { forwarder } = start(spool, log)
    await until(() => log.hanging.length === 1)
    stopping.abort()
    await running
    expect(forwarder.position()).toBe(0n)
    log.hanging[0]?.refuse()
    await turn()
  })

  it('loses nothing whatever the log does', async () => {
    const behaviour = fc.constantFrom('accept' as const, 'refuse' as const, 'accept-but-lose-the-ack' as const)
    await fc.assert(
      fc.asyncProperty(fc.array(behaviour), fc.integer({ min: 1, max: 1_200 }), async (script, count) => {
        const [spool, log] = [createMemorySpool(), createScriptedLog(...script)]
        const signal = new AbortController()
        stopping = signal
        for (let index = 0; index < count; index++) spool.add(String(index))
        const { forwarder } = start(spool, log)
        await until(() => forwarder.position() === BigInt(count))
        signal.abort()
        await running
        expect(new Set(texts(log)).size).toBe(count)
      }),
      { numRuns: 50 },
    )
  })
})

describe('the backoff', () => {
  it('is never above its bound, whatever the attempt', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, random) => {
        const ms = backoffMs(attempt, random)
        expect(ms).toBeGreaterThanOrEqual(0)
        expect(ms).toBeLessThanOrEqual(5_000)
      }),
    )
  })
})
