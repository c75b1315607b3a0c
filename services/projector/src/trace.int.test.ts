/** One trace runs from a delivery to the row that was made of it. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { partitionOf } from '@rollcall/event-log/partition-of'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { delivery } from './testing/call-records.ts'
import { until } from './testing/until.ts'
import { createWorld, type World } from './testing/world.ts'

interface Span {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly { readonly key: string; readonly value: object }[]
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[]
}

const DELIVERED = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
const TRACEPARENT = `00-${DELIVERED.traceId}-${DELIVERED.spanId}-01`

describe.skipIf(!process.env.CI && inject('kafkaBrokers') === '')('the projector’s spans', () => {
  let world: World
  let collector: Server
  const spans: Span[] = []
  beforeAll(async () => {
    world = await createWorld('kafka')
    collector = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const sent = JSON.parse(Buffer.concat(chunks).toString())
      for (const { scopeSpans } of sent.resourceSpans ?? []) for (const scope of scopeSpans) spans.push(...scope.spans)
      response.setHeader('content-type', 'application/json').end('{}')
    })
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
    world.spawn('traced', {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '100',
    })
  })
  afterAll(async () => {
    await world?.close()
    collector?.closeAllConnections()
    collector?.close()
  })

  const named = (name: string) => spans.filter((span) => span.name === name)
  const attributesOf = (span: Span | undefined) => Object.fromEntries(span?.attributes.map(({ key, value }) => [key, String(Object.values(value)[0])]) ?? [])

  it('continue the trace of each delivery, and link the batch that wrote its row', async () => {
    const traced = delivery('traced', {}, { traceparent: TRACEPARENT })
    await world.append([traced, { ...delivery('untraced'), key: traced.key }])
    await world.untilFolded()
    await until('the spans are there', () => named('project observation').length > 0 && named('project batch').length > 0)
    const [row] = named('project observation')
    const batch = named('project batch').find(({ links }) => links?.some(({ traceId }) => traceId === DELIVERED.traceId))
    expect(named('project observation').length).toBe(1)
    expect([row?.traceId, row?.parentSpanId]).toEqual([DELIVERED.traceId, DELIVERED.spanId])
    const { rows } = await world.pool.query(`SELECT partition, log_offset FROM observations WHERE call_sid = 'traced'`)
    expect(attributesOf(row)).toEqual({ 'rollcall.partition': String(rows[0].partition), 'rollcall.offset': String(rows[0].log_offset) })
    expect(rows[0].partition).toBe(partitionOf(traced.key, (await world.log.bounds(OBSERVATIONS_TOPIC)).size))
    expect(batch?.links).toMatchObject([DELIVERED])
    expect(batch?.parentSpanId ?? '').toBe('')
    expect(row?.links).toMatchObject([{ traceId: batch?.traceId, spanId: batch?.spanId }])
    expect(BigInt(row?.endTimeUnixNano ?? 0)).toBeGreaterThanOrEqual(BigInt(row?.startTimeUnixNano ?? 0))
  })
})
