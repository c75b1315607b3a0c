import type { Observation } from '@rollcall/contracts/observation'
import { fromLogRecord } from '@rollcall/contracts/observation-record'
import { unpackRecord } from '@rollcall/event-log/pack-record'
import { SpoolFullError } from '@rollcall/segment-log/spool-errors'
import { describe, expect, it } from 'vitest'
import { buildObservation } from './build-observation.ts'
import { keepDelivery } from './keep-delivery.ts'

const observation: Observation = buildObservation({
  path: { account: 'acme', secret: 's', surface: null, query: null },
  method: 'POST',
  contentType: 'application/json',
  body: Buffer.from('{"CallSid":"call-1"}'),
  id: '0193585f-5e5b-7000-8000-000000000001',
  receivedAt: 1_764_000_000_000,
  source: '/rollcall/ingest/host-1/0',
  traceparent: null,
  utcOffsetMinutes: 480,
})

describe('a delivery', () => {
  it('becomes an observation of its exact bytes, with their SHA-256', () => {
    expect(observation).toMatchObject({ account: 'acme', callSid: 'call-1', method: 'POST', scanId: null, leaseEpoch: null, utcOffsetMinutes: 480 })
    expect(Buffer.from(observation.payload).toString()).toBe('{"CallSid":"call-1"}')
    expect(observation.payloadSha256).toMatch(/^[0-9a-f]{64}$/)
    expect(JSON.stringify(observation)).not.toContain('"s"')
  })

  it('is on disk before anybody waits for the log, and only once', async () => {
    const order: string[] = []
    const stored: Uint8Array[] = []
    const durability = await keepDelivery(
      observation,
      async (records) => {
        stored.push(...records)
        order.push('disk')
        return 7n
      },
      {
        wait: (seq) => {
          order.push(`wait ${seq}`)
          return Promise.resolve(true)
        },
      },
    )
    expect([durability, order]).toEqual(['log', ['disk', 'wait 7']])
    expect(stored.map((bytes) => fromLogRecord(unpackRecord(bytes)))).toEqual([{ ...observation, payload: Buffer.from(observation.payload) }])
  })

  it('is durable in the spool when the log takes too long', async () => {
    expect(await keepDelivery(observation, async () => 0n, { wait: () => false })).toBe('spool')
  })

  it('is not acknowledged when the disk refuses it', async () => {
    const error = new SpoolFullError('no space')
    await expect(keepDelivery(observation, () => Promise.reject(error), { wait: () => expect.unreachable('nobody may wait') })).rejects.toBe(error)
  })
})
