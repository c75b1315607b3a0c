import { describe, expect, it } from 'vitest'
// @ts-expect-error plain JavaScript: it runs before anything is compiled.
import { addTallies, lastLine, succeeded, tallyOf } from './tally.mjs'

const file = (status: string, ...tests: string[]) => ({ name: 'a.test.ts', status, assertionResults: tests.map((status, index) => ({ status, fullName: `${status} ${index}` })) })

describe('what vitest reports', () => {
  it.each([
    ['counts each test', [file('passed', 'passed', 'passed'), file('failed', 'passed', 'failed')], 1, { passed: 3, failed: 1, skipped: [] }],
    ['names what was skipped, also for later', [file('passed', 'passed', 'skipped', 'todo')], 0, { passed: 1, failed: 0, skipped: ['skipped 1', 'todo 2'] }],
    ['counts a file that could not be loaded as a failure', [file('failed'), file('passed', 'passed')], 1, { passed: 1, failed: 1, skipped: [] }],
    ['counts a file whose hooks failed as a failure', [file('failed', 'skipped')], 1, { passed: 0, failed: 1, skipped: ['skipped 0'] }],
    ['counts an exit code that nothing explains as a failure', [file('passed', 'passed')], 1, { passed: 1, failed: 1, skipped: [] }],
    ['of no test at all is no success', [], 1, { passed: 0, failed: 1, skipped: [] }],
  ])('%s', (_, testResults, exitCode, tally) => expect(tallyOf({ testResults }, exitCode)).toEqual(tally))
})

describe('the last line', () => {
  const some = { passed: 3, failed: 0, skipped: [] }
  const skipping = { passed: 1, failed: 0, skipped: ['needs Kafka'] }
  it.each([
    ['sums', [some, some], false, '6 passed, 0 failed', true],
    ['says what was skipped', [some, skipping], false, '4 passed, 0 failed, 1 skipped', true],
    ['counts skipped as failed under CI', [some, skipping], true, '4 passed, 1 failed', false],
    ['of nothing is no success', [{ passed: 0, failed: 0, skipped: [] }], false, '0 passed, 0 failed', false],
  ])('%s', (_, tallies, underCi, line, success) => {
    const total = addTallies(tallies, underCi)
    expect(lastLine(total)).toBe(line)
    expect(succeeded(total)).toBe(success)
  })
})
