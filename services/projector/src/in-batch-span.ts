import type { Advance } from '@rollcall/store/projection/advance-position'
import { startRemoteChild } from '@rollcall/telemetry/start-remote-child'
import { parseTraceparent } from '@rollcall/telemetry/traceparent'
import { tracer, tracingOn } from '@rollcall/telemetry/tracer'
import { finish } from '@rollcall/telemetry/with-span'
import type { ReadBatch } from './read-records.ts'

/** A span that is linked to more shows nothing more. */
const LINKS_MAX = 64

/**
 * One span per batch, linked to the spans that wrote its records: a batch has many parents, so it is the child of none. And one per record
 * whose delivery was traced, in the delivery's own trace, so that a trace runs from the request to the row.
 */
export const inBatchSpan = async (batch: ReadBatch, work: () => Promise<Advance>): Promise<Advance> => {
  if (!tracingOn()) return work()
  const links = batch.traced.slice(0, LINKS_MAX).flatMap(({ traceparent }) => {
    const context = parseTraceparent(traceparent)
    return context === null ? [] : [{ context }]
  })
  const attributes = {
    'rollcall.partition': batch.partition,
    'rollcall.position': String(batch.from),
    'rollcall.records': batch.records.length,
    'rollcall.calls': batch.calls.size,
  }
  return tracer().startActiveSpan('project batch', { links, attributes, root: true }, (span) =>
    finish(span, async () => {
      const startTime = Date.now()
      const outcome = await work()
      // Only what was written has a span: a batch that was refused is read again, by whoever owns the partition then.
      if (outcome !== 'advanced') return outcome
      for (const { offset, traceparent } of batch.traced) {
        const place = { 'rollcall.partition': batch.partition, 'rollcall.offset': String(offset) }
        startRemoteChild(traceparent, 'project observation', { startTime, attributes: place, links: [{ context: span.spanContext() }] })?.end()
      }
      return outcome
    }),
  )
}
