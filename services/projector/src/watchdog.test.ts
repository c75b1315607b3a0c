import { describe, expect, it } from 'vitest'
import { type Progress, STALL_MS_MAX, type WatchdogAnswer, watch } from './watchdog.ts'

const NOW = 1_000_000
describe('the watchdog', () => {
  it.each<[string, Progress, WatchdogAnswer]>([
    ['is content while nothing waits, however long', { lag: 0n, at: 0, rebuiltAt: null }, 'fine'],
    ['is content while records move', { lag: 5n, at: NOW - STALL_MS_MAX, rebuiltAt: null }, 'fine'],
    ['asks for a new client when records wait and nothing moves', { lag: 5n, at: NOW - STALL_MS_MAX - 1, rebuiltAt: null }, 'rebuild-client'],
    ['gives the new client its time', { lag: 5n, at: NOW - 2 * STALL_MS_MAX, rebuiltAt: NOW - STALL_MS_MAX }, 'fine'],
    ['gives up when the new client did not help', { lag: 5n, at: NOW - 3 * STALL_MS_MAX, rebuiltAt: NOW - STALL_MS_MAX - 1 }, 'exit'],
  ])('%s', (_rule, progress, answer) => {
    expect(watch(progress, NOW)).toBe(answer)
  })
})
