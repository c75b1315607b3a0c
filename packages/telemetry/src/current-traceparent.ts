import { trace } from '@opentelemetry/api'
import { formatTraceparent } from './traceparent.ts'
import { tracingOn } from './tracer.ts'

/** The active span as a W3C traceparent for a record's header; null when there is none. */
export const currentTraceparent = (): string | null => {
  if (!tracingOn()) return null
  const span = trace.getActiveSpan()
  return span === undefined ? null : formatTraceparent(span.spanContext())
}
