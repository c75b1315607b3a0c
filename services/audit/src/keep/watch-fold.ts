import type { Clock, Instant } from '@rollcall/domain/time'
import type { Logger } from '@rollcall/telemetry/create-logger'
import { meter } from '@rollcall/telemetry/meter'
import { METRICS } from '@rollcall/telemetry/metric-names'
import { type ConclusionCheckDeps, checkConclusions } from './check-conclusions.ts'
import { checkFold, DIFFERENCES_MAX } from './check-fold.ts'

/** So many stand in the line that tells of them. */
const TOLD_MAX = 10

export interface FoldWatch {
  /** Folds and compares once, and what was concluded too; tells what differs. */
  look(signal: AbortSignal): Promise<void>
  /** How many rows differed when it was last looked, at most DIFFERENCES_MAX; null before the first time. */
  standing(): { readonly at: Instant; readonly records: number; readonly differing: number } | null
}

export const createFoldWatch = ({ logger, clock, ...deps }: ConclusionCheckDeps & { readonly logger: Logger; readonly clock: Clock }): FoldWatch => {
  let standing: ReturnType<FoldWatch['standing']> = null
  return {
    look: async (signal) => {
      const { records, differences: folded } = await checkFold(deps, signal)
      const differences = [...folded, ...(await checkConclusions(deps, signal))].slice(0, DIFFERENCES_MAX)
      standing = { at: clock(), records, differing: differences.length }
      if (differences.length > 0)
        logger.error(
          {
            event: 'audit.fold-differs',
            differing: differences.length,
            first: differences.slice(0, TOLD_MAX).map(({ table, logOffset, what }) => `${table}${logOffset === null ? '' : ` ${logOffset}`}: ${what}`),
          },
          'what is kept of the audit topic, or of what it tells, is not what the topic says: somebody changed it in Postgres. Keep a copy of these tables as evidence; docs/audit-api.md says how it is put right',
        )
    },
    standing: () => standing,
  }
}

/** Shows what was found, whenever metrics are read. */
export const observeFold = ({ standing }: Pick<FoldWatch, 'standing'>, clock: Clock): void => {
  const gauge = (name: string, description: string) => meter().createObservableGauge(name, { description })
  gauge(METRICS.auditFoldDiffering, 'Rows kept of the audit topic that were not as the topic says when they were last compared').addCallback((result) => {
    const last = standing()
    if (last !== null) result.observe(last.differing)
  })
  gauge(METRICS.auditFoldCheckAgeSeconds, 'Since what is kept of the audit topic was last compared with it').addCallback((result) => {
    const last = standing()
    if (last !== null) result.observe((clock() - last.at) / 1_000)
  })
}
