import { type Meter, metrics } from '@opentelemetry/api'

/** The meter of every instrument of ours. Ask when an instrument is made, not at import: the provider may be set in between. */
export const meter = (): Meter => metrics.getMeter('rollcall')
