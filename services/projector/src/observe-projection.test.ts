import { prometheusText } from '@rollcall/telemetry/prometheus-text'
import { startTelemetry } from '@rollcall/telemetry/start-telemetry'
import { expect, it } from 'vitest'
import { observeProjection } from './observe-projection.ts'
import { newProjectionStatus } from './projection-status.ts'

it('says whether it folds, which it does not before its first turn, nor while the log or Postgres is away', async () => {
  const telemetry = await startTelemetry({})
  const status = newProjectionStatus()
  observeProjection(status)
  const folding = async () => /^rollcall_projector_folding (\d)$/m.exec(await prometheusText())?.[1]
  expect(await folding()).toBe('0')
  status.trouble = null
  expect(await folding()).toBe('1')
  status.trouble = 'the log is away'
  expect(await folding()).toBe('0')
  await telemetry.stop()
})
