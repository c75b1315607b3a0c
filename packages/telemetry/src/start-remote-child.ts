import { ROOT_CONTEXT, type Span, type SpanOptions, TraceFlags, trace } from '@opentelemetry/api'
import { parseTraceparent } from './traceparent.ts'
import { tracer, tracingOn } from './tracer.ts'

/**
 * A span in the trace of the process that wrote a record, as a child of the span that `traceparent` names; the caller ends it. Null when spans
 * go nowhere, when the text names no span, or when that trace is not sampled.
 */
export const startRemoteChild = (traceparent: string, name: string, options: SpanOptions): Span | null => {
  if (!tracingOn()) return null
  const parent = parseTraceparent(traceparent)
  if (parent === null || (parent.traceFlags & TraceFlags.SAMPLED) === 0) return null
  return tracer().startSpan(name, options, trace.setSpanContext(ROOT_CONTEXT, parent))
}
