import { spawn } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Killer } from './mutant.ts'

/** A test that hangs on a mutant is ended; that it would is no proof, since it may have been slow to start. */
const KILLER_MS_MAX = 300_000
const REPORT = 'mutant-report.json'

const Report = z.object({
  success: z.boolean(),
  testResults: z.array(
    z.object({
      message: z.string().default(''),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()).default([]) })),
    }),
  ),
})

/**
 *   failed → a test ran and failed: it sees the mutant
 *   passed → all ran and passed
 *   error  → they did not run: a file that does not load, a server that does not start, time that ran out
 */
export type Outcome =
  | { readonly outcome: 'failed'; readonly test: string; readonly how: string }
  | { readonly outcome: 'passed'; readonly tests: number }
  | { readonly outcome: 'error'; readonly why: string }

/** Runs tests in a tree, up to the first that fails. */
export const runKiller = (directory: string, { file, test, seed, runs = 1 }: Killer): Promise<Outcome> =>
  runTests(directory, [file], test, seed === undefined ? {} : { SIM_SEED: String(seed), SIM_RUNS: String(runs) })

/** Runs whole files of tests in a tree, all of one project, up to the first that fails. */
export const runFiles = (directory: string, files: readonly string[]): Promise<Outcome> => runTests(directory, files)

const runTests = async (directory: string, files: readonly string[], test?: string, simulation: NodeJS.ProcessEnv = {}): Promise<Outcome> => {
  const report = join(directory, REPORT)
  await rm(report, { force: true })
  const file = files.join(' and ')
  const project = files.some((each) => each.endsWith('.int.test.ts')) ? 'int' : 'pure'
  const named = test === undefined ? [] : ['--testNamePattern', test.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')]
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', project, '--bail=1', '--reporter=json', `--outputFile=${report}`, ...named, ...files]
  // Each run starts the servers that it needs: tests of one run count on an empty log.
  const { said, isLate } = await runNode(directory, args, { ...process.env, ...simulation })
  if (isLate) return { outcome: 'error', why: `${file} took longer than ${KILLER_MS_MAX / 1_000} s` }
  const written = await readFile(report, 'utf8').catch(() => null)
  if (written === null) return { outcome: 'error', why: `${file} gave no report. ${endOf(said)}` }
  const { success, testResults } = Report.parse(JSON.parse(written))
  const results = testResults.flatMap(({ assertionResults }) => assertionResults)
  const failed = results.find(({ status }) => status === 'failed')
  if (failed !== undefined) return { outcome: 'failed', test: failed.fullName, how: failed.failureMessages.join('\n') }
  const passed = results.filter(({ status }) => status === 'passed').length
  if (success && passed > 0) return { outcome: 'passed', tests: passed }
  return { outcome: 'error', why: `${file} did not run. ${testResults.map(({ message }) => message).join('; ')} ${endOf(said)}` }
}

const LINES_TOLD = 30
const endOf = (said: string): string => said.trim().split('\n').slice(-LINES_TOLD).join('\n')

const runNode = (directory: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<{ readonly said: string; readonly isLate: boolean }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: directory, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    let isLate = false
    const hear = (part: Buffer): void => {
      said = `${said}${part}`.slice(-10_000)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    const timer = setTimeout(() => {
      isLate = true
      child.kill('SIGKILL')
    }, KILLER_MS_MAX)
    child.once('error', reject)
    child.once('close', () => {
      clearTimeout(timer)
      resolve({ said, isLate })
    })
  })
