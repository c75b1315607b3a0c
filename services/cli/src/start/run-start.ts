/**
 * `rollcall start`: the whole stack in one command.
 *
 *   servers (infra/local) → tables → topics → simulated Exotel, where none is configured → services → calls → the live view
 *
 * Everything that was started is stopped in the opposite order, whatever ends it: Ctrl-C, a failure half way, the end of a bounded
 * run. Killed, it takes its children along (their IPC channel closes), and the next start stops what servers were left.
 */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startLocalStack } from '@rollcall/local/start-local-stack'
import { parseConfig } from '@rollcall/service/parse-config'
import { readAccounts } from '@rollcall/service/read-accounts'
import type { CliContext } from '../cli-context.ts'
import { dataDirectoryOf } from '../connection/data-directory-of.ts'
import { stackFile, stackFilePath } from '../connection/stack-file.ts'
import { EXIT } from '../exit-code.ts'
import type { Display } from '../live/display.ts'
import { plainDisplay } from '../live/plain-display.ts'
import { screenDisplay } from '../live/screen-display.ts'
import type { StopSignals } from '../terminal/stop-signals.ts'
import { checkDataDirectory } from './check-data-directory.ts'
import { runOnStack } from './run-on-stack.ts'
import { StartConfig } from './start-config.ts'
import type { StartOptions } from './start-options.ts'

export const runStart = async (options: StartOptions, context: CliContext, signals: StopSignals): Promise<number> => {
  const startedAt = context.clock()
  const dataDirectory = dataDirectoryOf(context)
  const display: Display = context.screen !== null && !options.plain ? screenDisplay(context.screen, context.out) : plainDisplay(context.clock, context.out)
  const { env } = context
  const config = parseConfig(StartConfig, env)
  if (config.ROLLCALL_ACCOUNTS_FILE !== undefined) await readAccounts(config.ROLLCALL_ACCOUNTS_FILE)
  await checkDataDirectory(dataDirectory)
  try {
    const stack = await startLocalStack({
      directory: dataDirectory,
      env: { KAFKA_BROKERS: env.KAFKA_BROKERS, DATABASE_URL: env.DATABASE_URL },
      eventLog: options.eventLog,
      kafkaNodes: options.kafkaNodes,
      fresh: options.fresh,
      onLine: display.line,
      signal: signals.stop,
    })
    try {
      await mkdir(join(dataDirectory, 'logs'), { recursive: true })
      return await runOnStack({
        options,
        config,
        context,
        signals,
        stack,
        display,
        dataDirectory,
        startedAt,
        announce: (settings) => stackFile(dataDirectory).write({ pid: process.pid, settings }),
      })
    } finally {
      await rm(stackFilePath(dataDirectory), { force: true })
      await stack.stop()
      display.line('Stopped. The data stays in its folder; --fresh begins anew.')
    }
  } catch (error) {
    // Asked to stop while starting: that is no failure.
    if (signals.stop.aborted) return EXIT.done
    throw error
  } finally {
    display.close()
  }
}
