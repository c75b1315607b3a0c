import type { EvidenceSource } from '../evidence-source.ts'
import { createZipWriter, type PutBytes } from '../pack/zip-writer.ts'
import { type ExportRequest, exportCalls } from './export-calls.ts'

const EXTENSION = { csv: 'csv', 'csv-raw': 'csv', jsonl: 'jsonl', parquet: 'parquet' } as const

/**
 * The table and its manifest in one zip, for whoever is sent one file: `calls.csv` (or `.jsonl`, `.parquet`) and `manifest.json`. Written as it is
 * made; broken off anywhere it has no directory, and so does not open.
 * @param put takes the zip's bytes in order @throws NoEvidenceError before the first checkpoint
 */
export const writeExportZip = async (source: EvidenceSource, request: ExportRequest, put: PutBytes): Promise<void> => {
  const zip = createZipWriter(put)
  // Parquet is compressed within; to pack it again would only cost time.
  const method = request.format === 'parquet' ? 'stored' : 'deflated'
  const manifest = await zip.addStreamed(`calls.${EXTENSION[request.format]}`, method, (putTable) => exportCalls(source, request, putTable))
  await zip.addStreamed('manifest.json', 'stored', (putText) => putText(Buffer.from(manifest)))
  await zip.finish()
}
