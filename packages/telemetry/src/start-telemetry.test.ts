import { metrics } from '@opentelemetry/api'
import { afterAll, expect, it } from 'vitest'
import { meter } from './meter.ts'
import { prometheusText } from './prometheus-text.ts'
import { startTelemetry } from './start-telemetry.ts'
import { tracingOn } from './tracer.ts'

afterAll(() => metrics.disable())

it('before it starts, instruments do nothing and there is no text', async () => {
  meter().createCounter('rollcall_nothing').add(1)
  expect(await prometheusText()).toBe('')
})

it('with nothing set, metrics are read on demand and no span is made', async () => {
  const telemetry = await startTelemetry({})
  meter().createCounter('rollcall_things', { description: 'Things' }).add(3, { worker: '0' })
  expect(await prometheusText()).toContain('rollcall_things_total{worker="0"} 3')
  expect(tracingOn()).toBe(false)
  await telemetry.stop()
})
