export interface TelemetryPlan {
  /** Spans leave by OTLP (or the console): costs on every delivery, so only when someone asked for them. */
  readonly traces: boolean
  /** `prometheus`: read on demand from the admin port. `otlp`: pushed by the SDK. `none`: no instrument does anything. */
  readonly metrics: 'prometheus' | 'otlp' | 'none'
}

/** What the standard OpenTelemetry variables ask for. Nothing set means: metrics on demand, no spans. Pure. */
export const telemetryPlan = (env: Readonly<Record<string, string | undefined>>): TelemetryPlan => {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return { traces: false, metrics: 'none' }
  return { traces: tracesWanted(env), metrics: metricsWanted(env.OTEL_METRICS_EXPORTER) }
}

const tracesWanted = (env: Readonly<Record<string, string | undefined>>): boolean => {
  if (env.OTEL_TRACES_EXPORTER === 'none') return false
  return Boolean(env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_TRACES_EXPORTER)
}

const metricsWanted = (exporter: string | undefined): TelemetryPlan['metrics'] => {
  if (exporter === 'none') return 'none'
  return exporter === undefined || exporter === '' || exporter === 'prometheus' ? 'prometheus' : 'otlp'
}
