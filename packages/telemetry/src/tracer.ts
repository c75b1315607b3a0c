import { type Tracer, trace } from '@opentelemetry/api'

let on = false

/** Called once at start-up. */
export const useTracing = (enabled: boolean): void => {
  on = enabled
}

/** Whether spans go anywhere: hot paths ask this first and then make no span at all. */
export const tracingOn = (): boolean => on

/** The tracer of every span of ours. */
export const tracer = (): Tracer => trace.getTracer('rollcall')
