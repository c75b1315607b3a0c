import { openEventLog } from '@rollcall/event-log/open-event-log'
import { parseConfig } from '@rollcall/service/parse-config'
import { readAccounts } from '@rollcall/service/read-accounts'
import { createPool } from '@rollcall/store/pool'
import { Command } from 'commander'
import type { CliContext } from '../cli-context.ts'
import { ConnectionConfig } from '../connection/connection-config.ts'
import { databaseAddress } from '../connection/database-address.ts'
import { requireSettings } from '../connection/require-settings.ts'
import { EXIT } from '../exit-code.ts'
import { explainDatabaseError } from '../status/explain-database-error.ts'
import { gatherStatus } from '../status/gather-status.ts'
import { renderStatus } from '../status/render-status.ts'

export const statusCommand = (context: CliContext, end: (exitCode: number) => void): Command =>
  new Command('status')
    .summary('what was received, projected, found and closed, per account')
    .description(
      'Shows, per account: observations received and projected, dead letters, the last heartbeat with the ExoPhones it says are affected, SMS by status, windows by state with the watermark, calls found by reconciliation, webhooks missing, and the last run; and which event log and database are in use, with unsafe topic settings. Reads what the environment configures, or else the running npm start.',
    )
    .option('--json', 'the same as JSON')
    .addHelpText('after', '\nExit codes: 0 shown; 1 something could not be read; 2 bad setting.\nExamples:\n  rollcall status\n  rollcall status --json')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const { settings, source } = await requireSettings(context)
      const config = parseConfig(ConnectionConfig, settings)
      const accounts = config.ROLLCALL_ACCOUNTS_FILE === undefined ? [] : await readAccounts(config.ROLLCALL_ACCOUNTS_FILE)
      const log = await openEventLog({ kafkaBrokers: config.KAFKA_BROKERS, embeddedLogUrl: config.EMBEDDED_LOG_URL, clientId: 'rollcall-status' })
      const pool = createPool({ databaseUrl: config.DATABASE_URL, applicationName: 'rollcall-status', max: 4 })
      try {
        const status = await gatherStatus({
          log,
          pool,
          clock: context.clock,
          source,
          databaseAddress: databaseAddress(config.DATABASE_URL),
          accounts,
        }).catch((error: unknown) => {
          throw explainDatabaseError(error, config.DATABASE_URL)
        })
        context.out(
          json
            ? `${JSON.stringify(status)}\n`
            : renderStatus(status)
                .map((line) => `${line}\n`)
                .join(''),
        )
        end(EXIT.done)
      } finally {
        await pool.end()
        await log.close()
      }
    })
