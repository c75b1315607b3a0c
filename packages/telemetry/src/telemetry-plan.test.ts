import { describe, expect, it } from 'vitest'
import { telemetryPlan } from './telemetry-plan.ts'

describe('what the standard variables ask for', () => {
  it.each([
    ['nothing set', {}, { traces: false, metrics: 'prometheus' }],
    ['an endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }, { traces: true, metrics: 'prometheus' }],
    ['an endpoint for traces', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:4318/v1/traces' }, { traces: true, metrics: 'prometheus' }],
    ['an endpoint for metrics alone', { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://127.0.0.1:4318/v1/metrics' }, { traces: false, metrics: 'prometheus' }],
    ['an endpoint, but no traces', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', OTEL_TRACES_EXPORTER: 'none' }, { traces: false, metrics: 'prometheus' }],
    ['spans on the console', { OTEL_TRACES_EXPORTER: 'console' }, { traces: true, metrics: 'prometheus' }],
    ['metrics pushed', { OTEL_METRICS_EXPORTER: 'otlp' }, { traces: false, metrics: 'otlp' }],
    ['no metrics', { OTEL_METRICS_EXPORTER: 'none' }, { traces: false, metrics: 'none' }],
    ['disabled', { OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }, { traces: false, metrics: 'none' }],
  ])('%s', (_what, env, plan) => {
    expect(telemetryPlan(env)).toEqual(plan)
  })
})
