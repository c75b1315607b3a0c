import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DAY, type Instant } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import { NoEvidenceError } from '@rollcall/evidence/evidence-source'
import { writeEvidencePack } from '@rollcall/evidence/pack/write-evidence-pack'
import { parseConfig } from '@rollcall/service/parse-config'
import { createPool } from '@rollcall/store/pool'
import { readCheckpoint } from '@rollcall/transparency-log/note/checkpoint'
import { Command } from 'commander'
import { evidenceSourceOf } from '../audit/evidence-source-of.ts'
import { writeByRename } from '../audit/write-by-rename.ts'
import type { CliContext } from '../cli-context.ts'
import { CommandError } from '../command-error.ts'
import { ConnectionConfig } from '../connection/connection-config.ts'
import { dataDirectoryOf } from '../connection/data-directory-of.ts'
import { requireSettings } from '../connection/require-settings.ts'
import { EXIT } from '../exit-code.ts'
import { operatorTime } from '../options/operator-time.ts'
import { clockTime } from '../terminal/clock-time.ts'

interface ExportGiven {
  readonly account: string
  readonly from: Instant
  readonly to?: Instant
  readonly out: string
  readonly saved?: string
  readonly json?: boolean
}

export const exportCommand = (context: CliContext, end: (exitCode: number) => void): Command =>
  new Command('export')
    .summary('write an evidence pack that an auditor checks offline')
    .description(
      'Writes what is certified of an account and a time into a zip: the calls, the certificates of their windows, the proof that these are records of the signed log, the checkpoint, and the verifier with its specification. Nothing personal is in it. The range is widened to whole windows of five minutes. The file appears under its name when it is whole.',
    )
    .requiredOption('--account <sid>', 'whose calls')
    .requiredOption('--from <time>', 'calls created from this on (IST where it has no zone)', operatorTime)
    .option('--to <time>', 'calls created before this (default: a day after --from)', operatorTime)
    .requiredOption('--out <file>', 'the file to write')
    .option('--saved <file>', 'the checkpoint that the auditor has saved: the pack then proves that the log only grew since')
    .option('--json', 'what was written as one JSON line')
    .addHelpText(
      'after',
      '\nExit codes: 0 written, and every window is final; 1 failed; 2 bad usage or setting; 3 written, but a\n            window is not final.\nExample:\n  rollcall export --account acme --from 2026-01-31 --out acme-2026-01-31.zip',
    )
    .action(async ({ account, out, saved, json, ...given }: ExportGiven) => {
      const to = given.to ?? given.from + DAY
      if (given.from >= to) throw new CommandError(`--from is ${clockTime(given.from)} and --to ${clockTime(to)}; needed is a --to after --from`, EXIT.usage)
      const range = { from: windowAt(given.from).from, to: Math.ceil(to / WINDOW_MS) * WINDOW_MS }
      const savedSize = saved === undefined ? 0 : await sizeOf(saved)
      const { settings } = await requireSettings(context)
      const config = parseConfig(ConnectionConfig, settings)
      const pool = createPool({ databaseUrl: config.DATABASE_URL, applicationName: 'rollcall-export', max: 1 })
      try {
        const log = await openEventLog({ kafkaBrokers: config.KAFKA_BROKERS, embeddedLogUrl: config.EMBEDDED_LOG_URL, clientId: 'rollcall-export' })
        try {
          const source = evidenceSourceOf(pool, log, settings.KEEPER_DIR || join(dataDirectoryOf(context), 'keeper'))
          const written = await writeByRename(out, (put) => writeEvidencePack(source, { account, ...range, savedSize }, put)).catch(explain)
          const { windows, calls, checkpoint } = written
          context.out(
            json
              ? `${JSON.stringify({ file: out, windows, calls, checkpoint: { origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root.toString('hex') } })}\n`
              : `${out}: ${calls} calls of ${windows.certified} windows, ${windows.final} of them final, ${windows.uncertified} without a certificate; checkpoint of ${checkpoint.size} records.\nCheck it: rollcall verify ${out} --key <verifier key>\n`,
          )
          end(windows.uncertified > 0 || windows.final < windows.certified ? EXIT.gapsRemain : EXIT.done)
        } finally {
          await log.close()
        }
      } finally {
        await pool.end()
      }
    })

const sizeOf = async (file: string): Promise<number> => {
  try {
    return readCheckpoint(await readFile(file, 'utf8')).size
  } catch (error) {
    throw new CommandError(`--saved is ${file}, which cannot be read as a checkpoint: ${(error as Error).message}`, EXIT.usage)
  }
}

const explain = (error: unknown): never => {
  throw error instanceof NoEvidenceError ? new CommandError(error.message, EXIT.failed) : error
}
