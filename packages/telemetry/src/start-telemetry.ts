import { metrics } from '@opentelemetry/api'
import { defaultResource } from '@opentelemetry/resources'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { openPrometheusReader } from './prometheus-text.ts'
import { telemetryPlan } from './telemetry-plan.ts'
import { useTracing } from './tracer.ts'

export interface Telemetry {
  /** Sends what is still buffered; bounded by the SDK's own export timeouts. */
  stop(): Promise<void>
}

/**
 * Starts as much of OpenTelemetry as the environment asks for. The SDK with its exporters (50 MB of modules) is loaded only
 * when something is to be pushed; the usual case is a meter provider that is read by the admin server and nothing else.
 */
export const startTelemetry = async (env: Readonly<Record<string, string | undefined>>): Promise<Telemetry> => {
  const plan = telemetryPlan(env)
  const readers = plan.metrics === 'prometheus' ? [openPrometheusReader()] : []
  if (!plan.traces && plan.metrics !== 'otlp') {
    if (readers.length > 0) metrics.setGlobalMeterProvider(new MeterProvider({ resource: defaultResource(), readers }))
    return { stop: async () => {} }
  }
  const { NodeSDK } = await import('@opentelemetry/sdk-node')
  const sdk = new NodeSDK({
    // Given readers replace the ones the SDK would make from OTEL_METRICS_EXPORTER; absent, the SDK makes its own.
    ...(plan.metrics === 'otlp' ? {} : { metricReaders: readers }),
    // Likewise: without spans the SDK must not make a processor; logs leave by pino, never by the SDK.
    ...(plan.traces ? {} : { spanProcessors: [] }),
    logRecordProcessors: [],
  })
  sdk.start()
  useTracing(plan.traces)
  return { stop: () => sdk.shutdown() }
}
