import { parseConfig } from '@rollcall/service/parse-config'
import { retireHost } from '@rollcall/store/ingest-hosts/retire-host'
import { createPool } from '@rollcall/store/pool'
import { Command } from 'commander'
import type { CliContext } from '../cli-context.ts'
import { CommandError } from '../command-error.ts'
import { ConnectionConfig } from '../connection/connection-config.ts'
import { requireSettings } from '../connection/require-settings.ts'
import { EXIT } from '../exit-code.ts'
import { explainDatabaseError } from '../status/explain-database-error.ts'

export const ingestCommand = (context: CliContext, end: (exitCode: number) => void): Command =>
  new Command('ingest')
    .summary('hosts that receive webhooks: retire')
    .description('Ingest hosts tell Postgres what they have spooled; rollcall status shows it.')
    .addHelpText('after', '\nExample:\n  rollcall ingest retire 01890a5d-ac96-774b')
    .addCommand(retireCommand(context, end))

const retireCommand = (context: CliContext, end: (exitCode: number) => void): Command =>
  new Command('retire')
    .summary('wait no longer for the spool of a host that will not come back')
    .description(
      'Webhooks that may lie in the spool of a silent host are awaited from it, for a day. Where its disk is lost, retire it: they are then judged like any other. A host that starts on its disk after all is waited for again, and what it has still counts.',
    )
    .argument('<instance>', 'the instance as rollcall status shows it, or how it begins')
    .addHelpText(
      'after',
      '\nExit codes: 0 retired; 1 failed; 2 bad usage or setting, or no such host, or one that is alive.\nExample:\n  rollcall ingest retire 01890a5d-ac96-774b',
    )
    .action(async (instance: string) => {
      const { settings } = await requireSettings(context)
      const { DATABASE_URL } = parseConfig(ConnectionConfig, settings)
      const pool = createPool({ databaseUrl: DATABASE_URL, applicationName: 'rollcall-ingest-retire', max: 1 })
      try {
        const outcome = await retireHost(pool, instance).catch((error: unknown) => {
          throw explainDatabaseError(error, DATABASE_URL)
        })
        if (outcome !== 'retired') throw new CommandError(`${JSON.stringify(instance)} ${REFUSED[outcome]}`, EXIT.usage)
        context.out(`${instance} is retired: nothing is awaited from its spools any more.\n`)
        end(EXIT.done)
      } finally {
        await pool.end()
      }
    })

const REFUSED = {
  unknown: 'is no instance that is known; needed is one that rollcall status shows.',
  ambiguous: 'begins the names of several instances; needed is more of the name.',
  alive: 'was heard of a moment ago; needed is one that is gone. Stop it first.',
} as const
