import { PROJECT_ROOT } from '@rollcall/local/project-root'
import type { CliContext } from './cli-context.ts'
import { runCommandLine } from './run-command-line.ts'
import { listenForStop, type StopSignals } from './terminal/stop-signals.ts'

const { env, stdout, stderr } = process
/** TERM=dumb cannot move its cursor; NO_COLOR is https://no-color.org. */
const isScreen = stdout.isTTY === true && env.TERM !== 'dumb'
const context: CliContext = {
  env,
  root: PROJECT_ROOT,
  clock: Date.now,
  out: (text) => void stdout.write(text),
  err: (text) => void stderr.write(text),
  screen: isScreen ? { size: () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 }), colour: !env.NO_COLOR } : null,
}

// A reader that went away (head, less) is no reason to leave servers running.
stdout.on('error', () => {})
stderr.on('error', () => {})

/** Told to stop at once, we do, also where something never answers. What infra/local started is stopped as we exit. */
const FORCED_MS_MAX = 15_000

let signals: StopSignals | null = null
const exitCode = await runCommandLine(process.argv.slice(2), context, () => {
  signals ??= listenForStop()
  signals.force.addEventListener('abort', () => setTimeout(() => process.exit(1), FORCED_MS_MAX).unref(), { once: true })
  return signals
})
// Pipes are written asynchronously: what was said must arrive.
await Promise.all([stdout, stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))))
process.exit(exitCode)
