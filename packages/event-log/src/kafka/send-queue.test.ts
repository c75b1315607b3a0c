import { describe, expect, it, vi } from 'vitest'
import { type LogRecord, LogUnavailableError, RECORD_BYTES_MAX, RecordTooLargeError } from '../event-log.ts'
import { BATCH_BYTES_MAX, BATCH_RECORDS_MAX, type Batch, EXTRA_LANE_RECORDS_MIN, openSendQueue, QUEUE_BYTES_MAX, type Sender } from './send-queue.ts'

const record = (key: string, bytes = 1): LogRecord => ({ key, value: new Uint8Array(bytes), headers: {}, timestamp: 0 })
const LATER = 60_000

describe('the send queue', () => {
  it('sends what was appended in one turn of the event loop as one batch', async () => {
    const { sender, sent } = fakeSender()
    const queue = openSendQueue({ senders: [sender] })
    await Promise.all(['a', 'b', 'c'].map((key) => queue.append('t', [record(key)], LATER)))
    expect(sent.map(keys)).toEqual([['t/a', 't/b', 't/c']])
  })

  it('has one batch in flight per lane; what queues meanwhile goes next, topics together', async () => {
    const { sender, sent, release, inFlightMax } = fakeSender({ held: true })
    const queue = openSendQueue({ senders: [sender] })
    const first = queue.append('t', [record('a')], LATER)
    await vi.waitFor(() => expect(sent).toHaveLength(1))
    const rest = Promise.all([queue.append('t', [record('b')], LATER), queue.append('u', [record('c')], LATER), queue.append('t', [record('d'), record('e')], LATER)])
    release()
    await first
    await vi.waitFor(() => expect(sent).toHaveLength(2))
    release()
    await rest
    expect(sent.map(keys)).toEqual([['t/a'], ['t/b', 't/d', 't/e', 'u/c']])
    expect(inFlightMax()).toBe(1)
  })

  it('bounds a batch by records and by bytes, one larger record excepted', async () => {
    const { sender, sent } = fakeSender()
    const queue = openSendQueue({ senders: [sender] })
    const many = Array.from({ length: BATCH_RECORDS_MAX + 1 }, (_, index) => record(`k${index}`))
    const heavy = [record('x', BATCH_BYTES_MAX - 10), record('y', 100), record('z', BATCH_BYTES_MAX + 10)]
    await Promise.all([queue.append('t', many, LATER), queue.append('t', heavy, LATER)])
    expect(sent.map((batch) => keys(batch).length)).toEqual([BATCH_RECORDS_MAX, 1, 1, 1, 1])
    expect(sent.flatMap(keys)).toEqual([...many, ...heavy].map(({ key }) => `t/${key}`))
  })

  it('starts another lane only when enough waits for it', async () => {
    const one = fakeSender({ held: true })
    const other = fakeSender({ held: true })
    const queue = openSendQueue({ senders: [other.sender, one.sender] })
    const appends = [queue.append('t', [record('a')], LATER)]
    await vi.waitFor(() => expect(one.sent).toHaveLength(1))
    appends.push(queue.append('t', [record('b')], LATER))
    await new Promise(setImmediate)
    expect(other.sent).toHaveLength(0)
    appends.push(
      queue.append(
        't',
        Array.from({ length: EXTRA_LANE_RECORDS_MIN }, () => record('c')),
        LATER,
      ),
    )
    await vi.waitFor(() => expect(other.sent).toHaveLength(1))
    other.release()
    one.release()
    await Promise.all(appends)
  })

  it('tells every caller of a batch that failed, and goes on with the next', async () => {
    const { sender, sent } = fakeSender({ failures: 1 })
    const queue = openSendQueue({ senders: [sender] })
    const results = await Promise.allSettled([queue.append('t', [record('a')], LATER), queue.append('t', [record('b')], LATER)])
    expect(results.map((result) => result.status === 'rejected' && result.reason instanceof LogUnavailableError)).toEqual([true, true])
    await queue.append('t', [record('c')], LATER)
    expect(sent.map(keys)).toEqual([['t/a', 't/b'], ['t/c']])
  })

  it('rejects an append at its own deadline, in flight or not, and drops what was still queued', async () => {
    const { sender, sent, release } = fakeSender({ held: true })
    const queue = openSendQueue({ senders: [sender] })
    const patient = queue.append('t', [record('a')], LATER)
    const hasty = queue.append('t', [record('b')], 20).catch((error: unknown) => error)
    await vi.waitFor(() => expect(sent).toHaveLength(1))
    await expect(queue.append('t', [record('c')], 20)).rejects.toThrow(LogUnavailableError)
    expect(await hasty).toBeInstanceOf(LogUnavailableError)
    release(Number.POSITIVE_INFINITY)
    await patient
    await queue.append('t', [record('d')], LATER)
    expect(sent.map(keys)).toEqual([['t/a', 't/b'], ['t/d']])
  })

  it('gives a sender as long as its most patient caller has', async () => {
    const { sender, budgets } = fakeSender()
    const queue = openSendQueue({ senders: [sender], now: () => 1_000 })
    await Promise.all([queue.append('t', [record('a')], 500), queue.append('t', [record('b')], 2_000)])
    expect(budgets).toEqual([2_000])
  })

  it('refuses at once what memory should not hold', async () => {
    const { sender, sent, release } = fakeSender({ held: true })
    const queue = openSendQueue({ senders: [sender] })
    const first = queue.append('t', [record('a')], LATER)
    await vi.waitFor(() => expect(sent).toHaveLength(1))
    const megabyte = record('b', 1_000_000)
    const queued = Array.from({ length: Math.floor(QUEUE_BYTES_MAX / 1_000_001) }, () => queue.append('t', [megabyte], LATER))
    await expect(queue.append('t', [megabyte], LATER)).rejects.toThrow(`at most ${QUEUE_BYTES_MAX} may`)
    release(Number.POSITIVE_INFINITY)
    await Promise.all([first, ...queued])
    await expect(queue.append('t', [record('c', RECORD_BYTES_MAX)], LATER)).rejects.toThrow(RecordTooLargeError)
  })

  it('finishes what is queued before it closes its senders', async () => {
    const { sender, sent, closes } = fakeSender()
    const queue = openSendQueue({ senders: [sender] })
    const append = queue.append('t', [record('a')], LATER)
    await queue.close()
    await append
    expect(sent).toHaveLength(1)
    expect(closes()).toBe(1)
    await expect(queue.append('t', [record('b')], LATER)).rejects.toThrow(LogUnavailableError)
  })
})

const keys = (batch: Batch) => [...batch].flatMap(([topic, records]) => records.map(({ key }) => `${topic}/${key}`))

/** Records batches; holds each until released, or fails the first few. */
const fakeSender = ({ held = false, failures = 0 } = {}) => {
  const sent: Batch[] = []
  const budgets: number[] = []
  const waiting: (() => void)[] = []
  let free = held ? 0 : Number.POSITIVE_INFINITY
  let inFlight = 0
  let most = 0
  let closes = 0
  const sender: Sender = {
    send: async (batch, ms) => {
      sent.push(batch)
      budgets.push(ms)
      inFlight += 1
      most = Math.max(most, inFlight)
      if (free > 0) free -= 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
      inFlight -= 1
      if (failures-- > 0) throw new Error('no broker')
    },
    close: async () => {
      closes += 1
    },
  }
  const release = (count = 1) => {
    free += count
    for (let next = waiting.shift(); next && free > 0; next = waiting.shift()) {
      free -= 1
      next()
    }
  }
  return { sender, sent, budgets, release, inFlightMax: () => most, closes: () => closes }
}
