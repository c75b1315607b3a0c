import { open } from 'node:fs/promises'
import type { TableFormat } from '@rollcall/contracts/audit-api/export'
import { exportCalls } from '@rollcall/evidence/export/export-calls'
import { writeEvidencePack } from '@rollcall/evidence/pack/write-evidence-pack'
import { SOFTWARE } from '@rollcall/evidence/testing/synthetic-evidence'
import type { StoredDay } from './stored-day.ts'

/** Exports the day into a file. */
export const exportDay = async (day: StoredDay, step: string, out: string): Promise<void> => {
  const file = await open(out, 'w')
  const put = async (bytes: Uint8Array): Promise<void> => void (await file.write(bytes))
  const { account, from, to } = day
  if (step === 'pack') await writeEvidencePack(day, { account, from, to, savedSize: 0 }, put)
  else await exportCalls(day, { account, from, to, format: step as TableFormat, software: SOFTWARE }, put)
  await file.close()
}
