import { parseTraceparent } from '@rollcall/telemetry/traceparent'
import { tracer, tracingOn } from '@rollcall/telemetry/tracer'
import { finish } from '@rollcall/telemetry/with-span'
import type { ReadBatch } from './read-records.ts'

/** One span per batch, linked to the spans that wrote its records: a batch has many parents, so it is the child of none. */
export const inBatchSpan = async <T>(batch: ReadBatch, work: () => Promise<T>): Promise<T> => {
  if (!tracingOn()) return work()
  const links = batch.traceparents.flatMap((traceparent) => {
    const context = parseTraceparent(traceparent)
    return context === null ? [] : [{ context }]
  })
  const attributes = {
    'rollcall.partition': batch.partition,
    'rollcall.position': String(batch.from),
    'rollcall.records': batch.records.length,
    'rollcall.calls': batch.calls.size,
  }
  return tracer().startActiveSpan('project batch', { links, attributes, root: true }, (span) => finish(span, work))
}
