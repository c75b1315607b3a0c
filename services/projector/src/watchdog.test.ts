import { describe, expect, it } from 'vitest'
import { type Progress, progressAt, STALL_MS_MAX, type WatchdogAnswer, watch } from './watchdog.ts'

const NOW = 1_000_000
describe('the watchdog', () => {
  it.each<[string, bigint, Progress, WatchdogAnswer]>([
    ['is content while nothing waits, however long', 0n, progressAt(0), 'fine'],
    ['is content while records move', 5n, progressAt(NOW - STALL_MS_MAX), 'fine'],
    ['asks for a new client when records wait and nothing moves', 5n, progressAt(NOW - STALL_MS_MAX - 1), 'rebuild-client'],
    ['gives the new client its time', 5n, { at: NOW - 2 * STALL_MS_MAX, rebuiltAt: NOW - STALL_MS_MAX }, 'fine'],
    ['gives up when the new client did not help', 5n, { at: NOW - 3 * STALL_MS_MAX, rebuiltAt: NOW - STALL_MS_MAX - 1 }, 'exit'],
  ])('%s', (_rule, lag, progress, answer) => {
    expect(watch(lag, progress, NOW)).toBe(answer)
  })

  it('forgets a stall that was overcome: the next one gets a new client before it gets an exit', () => {
    expect(watch(5n, progressAt(NOW - STALL_MS_MAX - 1), NOW)).toBe('rebuild-client')
  })
})
