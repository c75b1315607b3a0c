/** The simulated Postgres answers the projector's statements as a real one does: the same steps on both, and the same is given back. */

import { merge } from '@rollcall/domain/call/merge'
import type { CallRecord } from '@rollcall/domain/call/record'
import { createRandom, type Random } from '@rollcall/exotel-simulator/random'
import { openPool } from '@rollcall/projector/open-pool'
import type { Pool } from '@rollcall/store/pool'
import { applyBatch } from '@rollcall/store/projection/apply-batch'
import type { CallWrite } from '@rollcall/store/projection/batch'
import { claimPartitions, releasePartitions } from '@rollcall/store/projection/claim-partitions'
import { readStates } from '@rollcall/store/projection/read-states'
import { forgetPublished, readOutbox } from '@rollcall/store/projection/take-outbox'
import '@rollcall/store/testing/provided-context'
import { createTestDatabase } from '@rollcall/store/testing/test-database'
import { describe, expect, inject, it } from 'vitest'
import { createSimulatedPostgres } from './simulated-postgres.ts'
import { createVirtualTime } from './virtual-time.ts'

const TOPIC = 'rollcall.test.v1'
const PARTITIONS = [0, 1, 2]
const INSTANCES = ['one', 'two'] as const
const CALLS = ['c1', 'c2', 'c3', 'c4'].map((callSid) => ({ account: 'acme', callSid }))
const STEPS = 40
const SEEDS = [1, 2, 3, 4, 5, 6]
const LEASE_MS = 600_000
/** Whole seconds: a real one keeps microseconds, and we ask for milliseconds. */
const AT = Date.UTC(2026, 0, 5)

const simulatedPool = (seed: number): Pool => {
  const time = createVirtualTime(AT)
  const pool = createSimulatedPostgres(time, createRandom(seed, 1)).poolOf(time.beginLife('projector'))
  const goingOn = async <T>(answer: Promise<T>): Promise<T> => {
    await Promise.all([time.run(() => false), answer.catch(() => undefined)])
    return answer
  }
  const query = (...args: Parameters<Pool['query']>) => goingOn((pool.query as (...asked: unknown[]) => Promise<unknown>)(...args))
  const connect = async () => {
    const connection = await pool.connect()
    return {
      query: (...args: Parameters<Pool['query']>) => goingOn((connection.query as (...asked: unknown[]) => Promise<unknown>)(...args)),
      release: (error?: Error) => connection.release(error),
    }
  }
  return { query, connect } as unknown as Pool
}

/** What the same steps give on one of the two. Whatever is drawn depends on the seed and on what was given back before. */
const steps = async (pool: Pool, random: Random): Promise<readonly unknown[]> => {
  const held = new Map<string, Map<number, { epoch: bigint; next: bigint }>>(INSTANCES.map((instance) => [instance, new Map()]))
  const given: unknown[] = []
  for (let step = 0; step < STEPS; step += 1) {
    const instance = INSTANCES[random.integer(0, 1)] ?? 'one'
    const mine = held.get(instance) ?? new Map()
    const what = random.integer(0, 9)
    if (what < 2) {
      const knows = random.chance(0.7) ? new Map([...mine].map(([partition, { epoch }]) => [partition, epoch])) : new Map<number, bigint>()
      const claimed = await claimPartitions(pool, { topic: TOPIC, partitions: PARTITIONS, instance, logClusterId: 'log', held: knows, leaseMs: LEASE_MS })
      held.set(instance, new Map(claimed.map(({ partition, epoch, next }) => [partition, { epoch, next }])))
      given.push(['claimed', instance, claimed])
    } else if (what === 2) {
      await releasePartitions(pool, TOPIC, instance)
      given.push('released')
    } else if (what === 3) {
      const outbox = await readOutbox(pool, PARTITIONS)
      given.push(['outbox', outbox.changes, outbox.ids.length])
      if (random.chance(0.5)) await forgetPublished(pool, outbox)
    } else {
      const partition = random.integer(0, 2)
      const { epoch, next } = mine.get(partition) ?? { epoch: 1n, next: 0n }
      const from = random.chance(0.1) ? next + 1n : next
      const to = from + BigInt(random.integer(1, 3))
      const states = await readStates(pool, CALLS)
      given.push(['states', [...states].sort()])
      const calls = CALLS.filter(() => random.chance(0.4)).map((call) => {
        const before = states.get(`${call.account}|${call.callSid}`)
        const version = (before?.version ?? 0n) + (random.chance(0.05) ? 1n : 0n)
        return write(before?.record ?? null, call, version, to, random)
      })
      const batch = { topic: TOPIC, partition, epoch, from, to, lastRecordSha256: random.hex(8), calls, observations: [], deadLetters: [], heartbeats: [], smsStatuses: [] }
      const applied = await applyBatch(pool, batch)
      if (applied === 'advanced') mine.set(partition, { epoch, next: to })
      given.push(['applied', applied])
    }
  }
  return given
}

const write = (before: CallRecord | null, call: { account: string; callSid: string }, baseVersion: bigint, logOffset: bigint, random: Random): CallWrite => {
  const facts = {
    ...call,
    source: 'webhook',
    receivedAt: AT + 1_000 * random.integer(0, 99),
    vendorTime: null,
    event: null,
    values: { status: random.chance(0.5) ? 'completed' : 'ringing' },
  } as const
  const record = merge(before, [facts])
  if (record === null) throw new Error('a fact makes a record')
  return { record, baseVersion, changed: ['status'], logOffset }
}

describe('the simulated Postgres', () => {
  it('gives what a real one gives, for the same steps', async () => {
    for (const seed of SEEDS) {
      const database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
      const real = openPool(database.databaseUrl, 'rollcall-test')
      try {
        const expected = await steps(real, createRandom(seed, 2))
        expect(new Set(expected.flatMap((each) => (Array.isArray(each) && each[0] === 'applied' ? [each[1]] : []))).size).toBeGreaterThan(1)
        expect(await steps(simulatedPool(seed), createRandom(seed, 2))).toEqual(expected)
      } finally {
        await real.end()
        await database.drop()
      }
    }
  })
})
