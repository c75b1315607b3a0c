/** Counting: how many tests passed, failed and were skipped, over vitest's results and the checks before it. Pure but for readTally. */
import { readFileSync, rmSync } from 'node:fs'

/**
 * @typedef {{ passed: number, failed: number, skipped: string[] }} Tally `skipped` has the names.
 * @typedef {{ passed: number, failed: number, skipped: number, forbidden: string[] }} Total
 */

/** Reads and removes vitest's JSON, so that a run that wrote none is never taken for the one before. @returns {Tally} */
export const readTally = (file, exitCode) => {
  try {
    const results = JSON.parse(readFileSync(file, 'utf8'))
    rmSync(file)
    return tallyOf(results, exitCode)
  } catch (error) {
    console.log(`vitest left no results (exit code ${exitCode}): ${error.message}`)
    return { passed: 0, failed: 1, skipped: [] }
  }
}

/**
 * @param results vitest's JSON report. @param {number} exitCode vitest's own.
 * @returns {Tally} A file that failed outside its tests (import, hook) is one failure; so is an exit code that no failure explains.
 */
export const tallyOf = ({ testResults }, exitCode) => {
  const tests = testResults.flatMap(({ assertionResults, name }) => assertionResults.map((test) => ({ ...test, file: name })))
  const passed = tests.filter(({ status }) => status === 'passed').length
  const failedTests = tests.filter(({ status }) => status === 'failed').length
  const failedFiles = testResults.filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed')).length
  const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed').map(({ fullName }) => fullName)
  const failed = failedTests + failedFiles
  return { passed, failed: failed === 0 && exitCode !== 0 ? 1 : failed, skipped }
}

/** @param {Tally[]} tallies @returns {Total} Under CI what was skipped has failed; its names are in `forbidden`. */
export const addTallies = (tallies, underCi) => {
  const skipped = tallies.flatMap((tally) => tally.skipped)
  const forbidden = underCi ? skipped : []
  const sum = (key) => tallies.reduce((total, tally) => total + tally[key], 0)
  return { passed: sum('passed'), failed: sum('failed') + forbidden.length, skipped: skipped.length - forbidden.length, forbidden }
}

/** @param {Total} total */
export const succeeded = ({ passed, failed }) => failed === 0 && passed > 0

/** @param {Total} total */
export const lastLine = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
