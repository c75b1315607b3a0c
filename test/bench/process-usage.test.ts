import { expect, it } from 'vitest'
import { busySecondsIn, cpuSecondsIn, peakRssBytesIn, reapedCpuSecondsIn } from './process-usage.ts'

it('adds user and system time, whatever the process calls itself', () => {
  expect(cpuSecondsIn('4242 (a (b) c) S 1 4242 4242 0 -1 4194304 9 0 0 0 150 25 0 0 20 0 11 0 100 1000 200')).toBe(1.75)
})

it('adds what its children used that have ended', () => {
  expect(reapedCpuSecondsIn('4242 (a (b) c) S 1 4242 4242 0 -1 4194304 9 0 0 0 150 25 1000 50 20 0 11 0 100 1000 200')).toBe(12.25)
})

it('reads the peak of the resident memory', () => {
  expect(peakRssBytesIn('Name:\tnode\nVmPeak:\t  900 kB\nVmHWM:\t  2048 kB\nVmRSS:\t  1024 kB\n')).toBe(2 * 1024 * 1024)
})

it('counts as busy whatever is neither idle nor waiting for a disk', () => {
  expect(busySecondsIn('cpu  100 10 50 9000 800 5 15 20 0 0\ncpu0 50 5 25 4500 400 2 8 10 0 0\n')).toBe(2)
})
