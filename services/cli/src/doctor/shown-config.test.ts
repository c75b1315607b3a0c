import { expect, it } from 'vitest'
import { shownConfig } from './shown-config.ts'

it('the configuration is shown without its secrets, and without what is not ours', () =>
  expect(
    shownConfig({
      PATH: '/bin',
      KAFKA_BROKERS: 'kafka-1:9092',
      EMBEDDED_LOG_URL: '',
      DATABASE_URL: 'postgres://rollcall:p@ss/word@db:5432/rollcall',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer abc',
      ROLLCALL_SIGNING_KEY: 'abc',
      INGEST_PORT: '8080',
      AWS_SECRET_ACCESS_KEY: 'abc',
    }),
  ).toEqual({
    DATABASE_URL: 'postgres://rollcall:[redacted]@db:5432/rollcall',
    INGEST_PORT: '8080',
    KAFKA_BROKERS: 'kafka-1:9092',
    OTEL_EXPORTER_OTLP_HEADERS: '[redacted]',
    ROLLCALL_SIGNING_KEY: '[redacted]',
  }))
