/**
 * What `npm test` is, after the build: the checks that need no server, then every test. A check counts as one test. The last
 * line, and nothing after it, is `N passed, N failed` (`, N skipped` where some are), summed over all of it.
 * Words after `npm test --` go to vitest: `npm test -- packages/domain`.
 */
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { addTallies, lastLine, readTally, succeeded } from './tally.mjs'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const RESULTS = join(ROOT, '.cache', 'test-results.json')
const UNDER_CI = process.env.CI === 'true' || process.env.CI === '1'
const env = { ...process.env, PATH: `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env.PATH}` }

const CHECKS = [
  { name: 'format and lint', command: ['biome', 'ci', '--colors=off', '.'] },
  { name: 'who imports whom', command: ['node', 'test/checks/imports.mjs'] },
  { name: 'nothing unused', command: ['knip', '--no-progress'] },
]

/** Runs a command to its end. `onText` gets what it prints; without it that goes straight to our own output. */
const run = ([command, ...args], onText) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: onText ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'] })
    for (const stream of onText ? [child.stdout, child.stderr] : []) stream.setEncoding('utf8').on('data', onText)
    child.once('error', (error) => {
      onText?.(`${command}: ${error.message}\n`)
      resolve(1)
    })
    child.once('close', (code) => resolve(code ?? 1))
  })

/** Quiet when all is well; everything it printed when not. */
const check = async ({ name, command }) => {
  const begin = Date.now()
  let text = ''
  const code = await run(command, (more) => {
    text += more
  })
  console.log(`${code === 0 ? '✓' : '✗'} ${name} (${((Date.now() - begin) / 1000).toFixed(1)} s)${code === 0 ? '' : `: ${command.join(' ')}\n${text.trimEnd()}`}`)
  return code === 0 ? { passed: 1, failed: 0, skipped: [] } : { passed: 0, failed: 1, skipped: [] }
}

const tests = async (filters) => {
  mkdirSync(join(ROOT, '.cache'), { recursive: true })
  const code = await run(['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${RESULTS}`, ...filters])
  return readTally(RESULTS, code)
}

const tallies = []
for (const one of CHECKS) tallies.push(await check(one))
tallies.push(await tests(process.argv.slice(2)))
const total = addTallies(tallies, UNDER_CI)
if (total.forbidden.length > 0) console.log(`Under CI a skipped test is a failure; these were skipped:\n${total.forbidden.map((name) => `  ${name}`).join('\n')}`)
process.exitCode = succeeded(total) ? 0 : 1
console.log(lastLine(total))
