import { beforeEach, describe, expect, it } from 'vitest'
import { type AckWaiters, createAckWaiters, TIMEOUTS_MAX, WAITING_MAX } from './ack-waiters.ts'

const WAIT_MS = 2_000
let now: number
let acknowledged: Set<bigint>
let waiters: AckWaiters
let next: bigint

const acknowledge = (seq: bigint): void => {
  acknowledged.add(seq)
  waiters.acknowledge(seq)
}
/** A request arrives now; what it is told, once it is told. */
const request = (): { seq: bigint; told: () => boolean | null } => {
  const seq = next++
  let told: boolean | null = null
  const answer = waiters.wait(seq)
  if (typeof answer === 'boolean') told = answer
  else
    void answer.then((value) => {
      told = value
    })
  return { seq, told: () => told }
}
const after = async (ms: number): Promise<void> => {
  now += ms
  waiters.sweep()
  await Promise.resolve()
}
const outage = async (): Promise<void> => {
  for (let count = 0; count < TIMEOUTS_MAX; count++) request()
  await after(WAIT_MS)
}

beforeEach(() => {
  now = 1_000
  next = 0n
  acknowledged = new Set()
  waiters = createAckWaiters({ waitMs: WAIT_MS, monotonicMs: () => now, isAcknowledged: (seq) => acknowledged.has(seq) })
})

describe('a request', () => {
  it('is told as soon as the log acknowledges', async () => {
    const { seq, told } = request()
    await after(WAIT_MS - 1)
    expect(told()).toBeNull()
    acknowledge(seq)
    await after(0)
    expect(told()).toBe(true)
  })

  it('does not wait for what is acknowledged already', () => {
    acknowledged.add(0n)
    expect(request().told()).toBe(true)
  })

  it('is let go after the wait, and no later', async () => {
    const { told } = request()
    await after(WAIT_MS)
    expect(told()).toBe(false)
    expect(waiters.size()).toBe(0)
  })
})

describe('more requests than may wait', () => {
  it('are not made to: the delivery is on disk', () => {
    for (let count = 0; count < WAITING_MAX; count += 1) expect(request().told()).toBeNull()
    const beyond = request()
    expect(beyond.told()).toBe(false)
    expect(waiters.size()).toBe(WAITING_MAX)
    acknowledge(0n)
    expect(request().told()).toBeNull()
    expect(waiters.isOpen()).toBe(false)
  })
})

describe('the breaker', () => {
  it('stays closed while timeouts are fewer than in a row', async () => {
    for (let round = 0; round < 5; round++) {
      for (let count = 1; count < TIMEOUTS_MAX; count++) request()
      await after(WAIT_MS)
      acknowledge(request().seq)
    }
    expect(waiters.isOpen()).toBe(false)
  })

  it('opens after three in a row, and lets everyone go at once', async () => {
    for (let count = 0; count < TIMEOUTS_MAX; count++) request()
    now += 10
    const young = request()
    await after(WAIT_MS - 10)
    expect(waiters.isOpen()).toBe(true)
    expect(young.told()).toBe(false)
    expect(request().told()).toBe(false)
  })

  it('closes when a record that came while it was open is acknowledged in time', async () => {
    await outage()
    const probe = request()
    await after(50)
    acknowledge(probe.seq)
    expect(waiters.isOpen()).toBe(false)
    expect(request().told()).toBeNull()
  })

  it('stays open while the log only works through the backlog', async () => {
    await outage()
    acknowledge(0n)
    expect(waiters.isOpen()).toBe(true)
    const late = request()
    await after(WAIT_MS + 1)
    acknowledge(late.seq)
    expect(waiters.isOpen()).toBe(true)
    const probe = request()
    acknowledge(probe.seq)
    expect(waiters.isOpen()).toBe(false)
  })

  it('closes when nothing is left to acknowledge', async () => {
    await outage()
    waiters.caughtUp()
    expect(waiters.isOpen()).toBe(false)
  })

  it('must see three timeouts again after it closed', async () => {
    await outage()
    waiters.caughtUp()
    request()
    await after(WAIT_MS)
    expect(waiters.isOpen()).toBe(false)
  })
})
