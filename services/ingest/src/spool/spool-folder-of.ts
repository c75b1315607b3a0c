import { join } from 'node:path'
import type { IngestConfig } from '../config.ts'

/** The folder of this host's spools. */
export const spoolFolderOf = ({ INGEST_SPOOL_DIR, ROLLCALL_DATA_DIR }: Pick<IngestConfig, 'INGEST_SPOOL_DIR' | 'ROLLCALL_DATA_DIR'>): string =>
  INGEST_SPOOL_DIR ?? join(ROLLCALL_DATA_DIR, 'spool')
