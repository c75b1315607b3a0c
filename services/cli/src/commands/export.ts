import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EXPORT_FORMATS, type ExportFormat } from '@rollcall/contracts/audit-api/export'
import { canonicalTime, DAY, type Instant } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import { type EvidenceSource, NoEvidenceError } from '@rollcall/evidence/evidence-source'
import { type ExportRequest, exportCalls } from '@rollcall/evidence/export/export-calls'
import { EXPORT_DAYS_MAX } from '@rollcall/evidence/export-days'
import { installedEvidence } from '@rollcall/evidence/installed-evidence'
import { notSignedYet } from '@rollcall/evidence/not-signed-yet'
import { type PackRequest, writeEvidencePack } from '@rollcall/evidence/pack/write-evidence-pack'
import type { PutBytes } from '@rollcall/evidence/pack/zip-writer'
import { signedCheckpoint } from '@rollcall/evidence/signed-checkpoint'
import { installedSoftware } from '@rollcall/service/installed-software'
import { parseConfig } from '@rollcall/service/parse-config'
import { readExportExtent } from '@rollcall/store/audit/read-export-extent'
import { createPool, type Pool } from '@rollcall/store/pool'
import { openKeptLog } from '@rollcall/transparency-log/kept/kept-log'
import { readCheckpoint } from '@rollcall/transparency-log/note/checkpoint'
import { Command, Option } from 'commander'
import { createRecorder, type RecordAction } from '../audit/record-action.ts'
import { unrecorded } from '../audit/unrecorded.ts'
import { writeByRename } from '../audit/write-by-rename.ts'
import type { CliContext } from '../cli-context.ts'
import { CommandError } from '../command-error.ts'
import { ConnectionConfig } from '../connection/connection-config.ts'
import { dataDirectoryOf } from '../connection/data-directory-of.ts'
import { requireKnownAccounts } from '../connection/known-accounts.ts'
import { requireSettings } from '../connection/require-settings.ts'
import { EXIT } from '../exit-code.ts'
import { operatorTime } from '../options/operator-time.ts'
import { personName } from '../options/person-name.ts'
import { explainDatabaseError } from '../status/explain-database-error.ts'
import { clockTime } from '../terminal/clock-time.ts'

interface ExportGiven {
  readonly account: string
  readonly from: Instant
  readonly to?: Instant
  readonly out: string
  readonly by: string
  readonly format: ExportFormat
  readonly saved?: string
  readonly json?: boolean
}

export const exportCommand = (context: CliContext, end: (exitCode: number) => void): Command =>
  new Command('export')
    .summary('write certified calls: an evidence pack that an auditor checks offline, CSV, JSON Lines or Parquet')
    .description(
      `Writes what is certified of an account and a time. A pack is a zip with the calls, the certificates of their windows, the proof that these are records of the signed log, the checkpoint, and the verifier with its specification. The other formats are tables, each with a manifest beside it (<file>.manifest.json): parameters, checkpoint, totals, roots, the file's hash. Nothing personal is in any of them. The range is widened to whole windows of five minutes. A pack is of at most ${EXPORT_DAYS_MAX.pack} days, a table of ${EXPORT_DAYS_MAX.table}. A file appears under its name when it is whole. That it is made is recorded in rollcall.audit.v1 before its first byte, with the name that --by tells.`,
    )
    .requiredOption('--account <sid>', 'whose calls')
    .requiredOption('--from <time>', 'calls created from this on (IST where it has no zone)', operatorTime)
    .option('--to <time>', 'calls created before this (default: a day after --from)', operatorTime)
    .requiredOption('--out <file>', 'the file to write')
    .requiredOption('--by <who>', 'who exports; this name stands in the audit log, as it is told', personName)
    .addOption(new Option('--format <format>', 'csv is safe for spreadsheets; csv-raw has every value as it is').choices(EXPORT_FORMATS).default('pack'))
    .option('--saved <file>', 'of a pack: the checkpoint that the auditor has saved, since which the log is then proven to have only grown')
    .option('--json', 'what was written as one JSON line')
    .addHelpText(
      'after',
      '\nExit codes: 0 written, and every window is final; 1 failed, as where the log is away; 2 bad usage or\n            setting; 3 written, but a window is not final; 4 another one is writing the same file.\nExample:\n  rollcall export --account acme --from 2026-01-31 --out acme-2026-01-31.zip --by Asha',
    )
    .action(async ({ account, out, by, format, saved, json, ...given }: ExportGiven) => {
      const to = given.to ?? given.from + DAY
      if (given.from >= to) throw new CommandError(`--from is ${clockTime(given.from)} and --to ${clockTime(to)}; needed is a --to after --from`, EXIT.usage)
      const kind = format === 'pack' ? 'pack' : 'table'
      if (to - given.from > EXPORT_DAYS_MAX[kind] * DAY)
        throw new CommandError(
          `--from is ${canonicalTime(given.from)} and --to ${canonicalTime(to)}, ${Math.ceil((to - given.from) / DAY)} days; needed are at most ${EXPORT_DAYS_MAX[kind]} of a ${kind}. Export one range after another.`,
          EXIT.usage,
        )
      const range = { from: windowAt(given.from).from, to: Math.ceil(to / WINDOW_MS) * WINDOW_MS }
      const savedSize = saved === undefined ? 0 : await sizeOf(saved)
      const { settings } = await requireSettings(context)
      const config = parseConfig(ConnectionConfig, settings)
      const pool = createPool({ databaseUrl: config.DATABASE_URL, applicationName: 'rollcall-export', max: 2 })
      try {
        await requireKnownAccounts(pool, config.ROLLCALL_ACCOUNTS_FILE, [account]).catch((error: unknown) => {
          throw explainDatabaseError(error, config.DATABASE_URL)
        })
        const log = await openEventLog({ kafkaBrokers: config.KAFKA_BROKERS, embeddedLogUrl: config.EMBEDDED_LOG_URL, clientId: 'rollcall-export' }).catch(unrecorded)
        try {
          const source = installedEvidence(pool, log, openKeptLog(settings.KEEPER_DIR || join(dataDirectoryOf(context), 'keeper')))
          const record = await recorderOf(
            { pool, source, record: createRecorder({ log, pool, clock: context.clock }) },
            { account, range, format, by, now: context.clock() },
          ).catch(explain)
          const written =
            format === 'pack'
              ? await writePack(source, out, { account, ...range, savedSize }, record)
              : await writeTable(source, out, { account, ...range, format, software: installedSoftware(config.ROLLCALL_COMMIT) }, record)
          context.out(
            json
              ? `${JSON.stringify({ file: out, ...written })}\n`
              : `${out}: ${written.calls} calls of ${written.certified} windows, ${written.final} of them final, ${written.uncertified} without a certificate; checkpoint of ${written.checkpoint} records.\n`,
          )
          if (format === 'pack' && !json) context.out(`Check it: rollcall verify ${out} --key <verifier key>\n`)
          end(written.uncertified > 0 || written.final < written.certified ? EXIT.gapsRemain : EXIT.done)
        } finally {
          await log.close()
        }
      } finally {
        await pool.end()
      }
    })

interface Written {
  readonly calls: number
  readonly certified: number
  readonly final: number
  readonly uncertified: number
  /** Records of the log that the checkpoint stands for. */
  readonly checkpoint: number
}

interface Taken {
  readonly account: string
  readonly range: { readonly from: Instant; readonly to: Instant }
  readonly format: ExportFormat
  readonly by: string
  readonly now: Instant
}

/** What records the export, once it is known that there is evidence to give. @throws NoEvidenceError */
const recorderOf = async (
  { pool, source, record }: { readonly pool: Pool; readonly source: EvidenceSource; readonly record: RecordAction },
  { account, range, format, by, now }: Taken,
): Promise<() => Promise<void>> => {
  const { size } = await signedCheckpoint(source.kept)
  const { windows, calls, unsigned } = await readExportExtent(pool, account, range, size)
  if (unsigned > 0) throw notSignedYet(unsigned)
  const span = { from: canonicalTime(range.from), to: canonicalTime(range.to) }
  return () => record(account, { type: 'export', export: randomUUID(), range: span, format, windows, calls, at: canonicalTime(now), by, asTold: true })
}

/** @param record before the first byte; where it fails there is no file */
const writePack = async (source: EvidenceSource, out: string, request: PackRequest, record: () => Promise<void>): Promise<Written> => {
  const write = (put: PutBytes) => record().then(() => writeEvidencePack(source, request, put))
  const { windows, calls, checkpoint } = await writeByRename({ path: out, write, manifestOf: () => null }).catch(explain)
  return { calls, ...windows, checkpoint: checkpoint.size }
}

const writeTable = async (source: EvidenceSource, out: string, request: ExportRequest, record: () => Promise<void>): Promise<Written> => {
  const write = (put: PutBytes) => record().then(() => exportCalls(source, request, put))
  const manifest = await writeByRename({ path: out, write, manifestOf: (text) => text }).catch(explain)
  const { rows, windows, windowsWithoutCertificate, checkpoint } = JSON.parse(manifest) as {
    readonly rows: number
    readonly windows: readonly { readonly state: string }[]
    readonly windowsWithoutCertificate: number
    readonly checkpoint: { readonly size: number }
  }
  const final = windows.filter(({ state }) => state !== 'provisional').length
  return { calls: rows, certified: windows.length, final, uncertified: windowsWithoutCertificate, checkpoint: checkpoint.size }
}

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
