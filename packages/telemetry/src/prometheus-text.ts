import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import type { MetricReader } from '@opentelemetry/sdk-metrics'

let reader: PrometheusExporter | null = null

/** The one reader of this process's metrics. It opens no port: the admin server asks for the text when it is asked. */
export const openPrometheusReader = (): MetricReader => {
  reader = new PrometheusExporter({ preventServerStart: true })
  return reader
}

const serializer = new PrometheusSerializer(undefined, false, undefined, true, true)

/** Every metric of this process in Prometheus text format; empty when metrics are off or pushed by OTLP. */
export const prometheusText = async (): Promise<string> => {
  if (reader === null) return ''
  const { resourceMetrics } = await reader.collect()
  return serializer.serialize(resourceMetrics)
}
