/**
 * Exports the certified calls of a range as one file, window by window, and says in a manifest what it is of: parameters, the checkpoint as of
 * which it is, counts, totals, each window's root, the file's hash. The rows carry the hashes of their leaves, so that whoever has the
 * certificates sees that nothing was added, taken away or changed.
 */
import { createHash, hash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { TableFormat } from '@rollcall/contracts/audit-api/export'
import { canonicalJson, type Json } from '@rollcall/domain/certificate/canonical-json'
import { WindowCertificate } from '@rollcall/domain/certificate/window-certificate'
import { canonicalTime, type Instant } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { unpackLeaves } from '@rollcall/transparency-log/window/packed-leaves'
import { certifiedWindows } from '../certified-windows.ts'
import type { EvidenceSource } from '../evidence-source.ts'
import { addTotals } from '../pack/pack-totals.ts'
import type { PutBytes } from '../pack/zip-writer.ts'
import { signedCheckpoint } from '../signed-checkpoint.ts'
import { signedLeaves } from '../signed-leaves.ts'
import { createCsvWriter } from './csv-writer.ts'
import { EXPORT_COLUMNS, exportRow } from './export-row.ts'
import { createJsonLinesWriter } from './json-lines-writer.ts'
import { createParquetWriter } from './parquet-writer.ts'
import type { RowWriter } from './row-writer.ts'

/** Made in one go: some two milliseconds, for which a process that also answers questions lets them wait. */
const ROWS_AT_ONCE = 100

export interface ExportRequest {
  readonly account: string
  /** Both begin a window. */
  readonly from: Instant
  readonly to: Instant
  readonly format: TableFormat
  /** What writes it. */
  readonly software: { readonly version: string; readonly commit: string | null }
}

/** @param put takes the file's bytes in order. Returns the manifest's text, canonical JSON. @throws NoEvidenceError before the first checkpoint, and where it does not hold every certificate */
export const exportCalls = async (source: EvidenceSource, { account, from, to, format, software }: ExportRequest, put: PutBytes): Promise<string> => {
  const checkpoint = await signedCheckpoint(source.kept)
  const writer = writerOf(format)
  const sha256 = createHash('sha256')
  let bytes = 0
  const write = async (part: Uint8Array): Promise<void> => {
    if (part.length === 0) return
    sha256.update(part)
    bytes += part.length
    await put(part)
  }
  const certificates: WindowCertificate[] = []
  const sha256s: string[] = []
  await write(writer.begin())
  for await (const { certificates: texts, packedLeaves } of certifiedWindows(source, account, from, to)) {
    const text = texts.at(-1) ?? ''
    const certificate = WindowCertificate.parse(JSON.parse(text))
    const window = { from: certificate.window.from, state: certificate.state }
    const leaves = unpackLeaves(packedLeaves)
    for (let nth = 0; nth < leaves.length; nth += ROWS_AT_ONCE) {
      await write(await writer.rows(leaves.slice(nth, nth + ROWS_AT_ONCE).map((leaf) => exportRow(leaf, window))))
      await setImmediate()
    }
    certificates.push(certificate)
    sha256s.push(hash('sha256', text))
  }
  await write(await writer.end())
  // The manifest says that all of it is as of the checkpoint.
  await signedLeaves(source, account, sha256s, checkpoint.size)
  return canonicalJson({
    format: 'rollcall-export/1',
    parameters: { account, from: canonicalTime(from), to: canonicalTime(to), format, columns: EXPORT_COLUMNS, personalData: 'none' },
    software: { ...software },
    checkpoint: { origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root.toString('hex') },
    file: { bytes, sha256: sha256.digest('hex') },
    rows: certificates.reduce((sum, { tree }) => sum + tree.leaves, 0),
    unverified: certificates.reduce((sum, { counts }) => sum + counts.unverified, 0),
    totals: addTotals(certificates.map(({ totals }) => totals)),
    windows: certificates.map(({ window, state, sequence, tree }) => ({ from: window.from, state, sequence, root: tree.root, leaves: tree.leaves })),
    windowsWithoutCertificate: (to - from) / WINDOW_MS - certificates.length,
  } satisfies Json)
}

const writerOf = (format: TableFormat): RowWriter => {
  switch (format) {
    case 'csv':
      return createCsvWriter('spreadsheet-safe')
    case 'csv-raw':
      return createCsvWriter('raw')
    case 'jsonl':
      return createJsonLinesWriter()
    case 'parquet':
      return createParquetWriter()
    default:
      return format satisfies never
  }
}
