import type { AGES } from '@rollcall/contracts/audit-api/exception'
import { DAY, HOUR, type Instant, MINUTE } from '@rollcall/domain/time'
import type { ExceptionRow } from '@rollcall/store/audit/read-exceptions'

const UP_TO: readonly (readonly [number, (typeof AGES)[number]])[] = [
  [20 * MINUTE, '20m'],
  [4 * HOUR, '4h'],
  [DAY, '1d'],
  [7 * DAY, '7d'],
]

/** How long it has been known, in the bands that auditors use. Pure. */
export const ageOf = (detectedAt: Instant, now: Instant): (typeof AGES)[number] => UP_TO.find(([ms]) => now - detectedAt <= ms)?.[1] ?? 'older'

/** One sentence that names nobody. Pure. */
export const summaryOf = ({ kind, reason, detail }: Pick<ExceptionRow, 'kind' | 'reason' | 'detail'>): string => {
  switch (kind) {
    case 'missing-webhook':
      return `The webhook ${detail} of this call did not come: ${reason ?? 'it is not known why'}.`
    case 'late-webhook':
      return `The webhook ${detail} of this call came after its time.`
    case 'conflict':
      return `Sources contradict each other: ${(reason ?? 'it is not known how').replaceAll('_', ' ').replace(':', ' on ')}.`
    case 'claim':
      return `Only webhooks tell of this call; Exotel's API denied it ${detail} times.`
    case 'dead-letter':
      return `No reader understands what came as ${detail}.`
    case 'unknown-word':
      return `Something in what came as ${detail} is not as we know it.`
    case 'not-held':
      return `Closed windows of ${detail} list calls that are not held as they were listed.`
    case 'gap':
      return 'This window can never be closed: Exotel answers for it no more.'
    case 'amended':
      return 'This window was different after it had been final.'
    case 'day-differs':
      return `Calls of ${detail} are not stored as the log has them.`
    default:
      return 'Something has to be looked at.'
  }
}
