import { randomUUID } from 'node:crypto'
import { EXPORT_CALLS_MAX, RANGE_DAYS_MAX } from '@rollcall/contracts/audit-api/bounds'
import type { ExportFormat } from '@rollcall/contracts/audit-api/export'
import { istDayOf, istDayRange } from '@rollcall/domain/ist-day'
import { canonicalTime } from '@rollcall/domain/time'
import { writeExportZip } from '@rollcall/evidence/export/export-zip'
import { installedEvidence } from '@rollcall/evidence/installed-evidence'
import { writeEvidencePack } from '@rollcall/evidence/pack/write-evidence-pack'
import { readAs } from '@rollcall/store/audit/read-as'
import { type ExportExtent, readExportExtent } from '@rollcall/store/audit/read-export-extent'
import type { MeasuredRange } from '@rollcall/store/measures/range'
import type { FileHandler } from '../http/question.ts'
import { QuestionError } from '../question-error.ts'
import type { AnswerDeps } from './answer-deps.ts'
import { newestCheckpoint, refuseOlder } from './evidence.ts'
import { rangeOf, spanText } from './times.ts'

/** A connection, a snapshot and most of a core each. */
export const EXPORTS_AT_ONCE = 2

/**
 * One export, in one snapshot: how much is there ► may it be given ► recorded ► the first byte. What is refused is refused before anything is sent;
 * what fails later breaks the connection off, and what was sent till then is no zip.
 */
export const createExporter = (deps: AnswerDeps): FileHandler<'exportCalls'> => {
  let running = 0
  return async ({ principal, params: { account }, query: { format, saved = 0, ...asked } }, begin) => {
    const range = rangeOf(asked, RANGE_DAYS_MAX.export)
    if (running >= EXPORTS_AT_ONCE) throw new QuestionError('too-many-requests', `${EXPORTS_AT_ONCE} exports are being written already. Ask again when one of them has ended.`)
    running += 1
    try {
      await readAs(deps.exporters, account, async (db) => {
        const { size } = await newestCheckpoint(deps.kept)
        refuseOlder(size, saved)
        const extent = await readExportExtent(db, account, range, size)
        refuse(extent)
        const record = { type: 'export', export: randomUUID(), range: spanText(range), format, windows: extent.windows, calls: extent.calls } as const
        await deps.record(account, { ...record, at: canonicalTime(deps.clock()), by: principal.subject })
        const put = begin(nameOf(account, range, format))
        const source = installedEvidence(db, deps.log, deps.kept)
        if (format === 'pack') await writeEvidencePack(source, { account, ...range, savedSize: saved }, put)
        else await writeExportZip(source, { account, ...range, format, software: deps.software }, put)
      })
    } finally {
      running -= 1
    }
  }
}

const refuse = ({ windows, calls, unsigned }: ExportExtent): void => {
  if (windows === 0) throw new QuestionError('not-found', 'Nothing is certified of this time. Windows are certified when they become provisional.')
  if (calls > EXPORT_CALLS_MAX)
    throw new QuestionError('range-too-wide', `There are ${calls} calls in the range, and a download holds ${EXPORT_CALLS_MAX}. Ask for less at a time, or use rollcall export.`)
  if (unsigned > 0) throw new QuestionError('not-yet', `${unsigned} certificates of the range are not in the signed log yet. Within a minute or two they are; ask again then.`)
}

/** After its day in India where it is one, or else its range in UTC; a colon is no letter of a file's name on every system. */
const nameOf = (account: string, range: MeasuredRange, format: ExportFormat): string => {
  const day = istDayOf(range.from)
  const whole = istDayRange(day)
  const isDay = whole.from === range.from && whole.to === range.to
  const time = isDay ? day : [range.from, range.to].map((at) => canonicalTime(at).replaceAll(':', '-').replace('.000', '')).join('--')
  return `${account}-${time}.${format}.zip`
}
