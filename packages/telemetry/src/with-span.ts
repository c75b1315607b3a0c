import { type Attributes, type Span, SpanStatusCode } from '@opentelemetry/api'
import { tracer, tracingOn } from './tracer.ts'

/** Runs `work` inside a span named `name`; a rejection marks the span and passes on. With tracing off it only runs `work`. */
export const withSpan = async <T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> =>
  tracingOn() ? tracer().startActiveSpan(name, { attributes }, (span) => finish(span, work)) : work()

/** Ends the span when the work does, saying how it went. Only the error's name is kept: messages may hold what must not leave. */
export const finish = async <T>(span: Span, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'unknown' })
    throw error
  } finally {
    span.end()
  }
}
