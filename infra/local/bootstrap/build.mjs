import { run } from './run.mjs'
import { timed } from './timed.mjs'

/** Compiles what changed since the last time. */
export const build = (pnpmEnv) =>
  timed('Building', () =>
    run('pnpm', ['exec', 'turbo', 'run', 'build', '--output-logs=errors-only', '--no-color'], { ...pnpmEnv, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' }),
  )
