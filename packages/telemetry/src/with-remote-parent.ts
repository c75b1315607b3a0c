import { context, trace } from '@opentelemetry/api'
import { parseTraceparent } from './traceparent.ts'
import { tracer, tracingOn } from './tracer.ts'
import { finish } from './with-span.ts'

/** Like `withSpan`, as a child of the span that `traceparent` names: the process that wrote the record. Null starts a new trace. */
export const withRemoteParent = async <T>(traceparent: string | null, name: string, work: () => Promise<T>): Promise<T> => {
  if (!tracingOn()) return work()
  const remote = parseTraceparent(traceparent)
  const parent = remote === null ? context.active() : trace.setSpanContext(context.active(), remote)
  return tracer().startActiveSpan(name, {}, parent, (span) => finish(span, work))
}
