import { z } from 'zod'
import { Ranged } from './questions.ts'

/** Certified calls as a table: `csv` is safe for spreadsheets, `csv-raw` has every value as it is. */
export const TABLE_FORMATS = ['csv', 'csv-raw', 'jsonl', 'parquet'] as const
export type TableFormat = (typeof TABLE_FORMATS)[number]
/** `pack`: the evidence pack of docs/audit-proof.md. */
export const EXPORT_FORMATS = ['pack', ...TABLE_FORMATS] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** Calls that Exotel created in the range, widened to whole windows, as they were certified: nothing personal is among it, whoever asks. */
export const ExportQuestion = Ranged.extend({
  format: z.enum(EXPORT_FORMATS).default('pack'),
  /** Of a pack: records of the checkpoint that was saved before, since which the log is then proven to have only grown. */
  saved: z.coerce.number().int().positive().optional(),
}).refine(({ format, saved }) => saved === undefined || format === 'pack', { path: ['saved'], message: 'is only for a pack' })
export type ExportQuestion = z.infer<typeof ExportQuestion>

/** A zip: a pack, or a table with its manifest.json. It is whole, or it does not open: what was broken off has no directory. */
export const ExportFile = z.file().mime('application/zip')
