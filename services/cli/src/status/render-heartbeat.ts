import type { Instant } from '@rollcall/domain/time'
import type { AffectedPhone, AffectedPhones, LastHeartbeat } from '@rollcall/store/heartbeat/read-heartbeats'
import { agoText } from '../terminal/ago-text.ts'
import { safeText } from '../terminal/safe-text.ts'

/** An account with more affected ExoPhones has an outage, not a list to read; --json has them all. */
const SHOWN_MAX = 5

/** The last heartbeat as labelled rows; what cannot be called and cannot call only where there is any. Pure. */
export const renderHeartbeat = (heartbeat: LastHeartbeat | null, now: Instant): readonly (readonly [label: string, text: string])[] => {
  if (heartbeat === null) return [['heartbeat', 'none received']]
  const { state, receivedAt, incoming, outgoing } = heartbeat
  return [['heartbeat', `${agoText(now - receivedAt)}: ${safeText(state)}`], ...affectedRow('  cannot be called', incoming), ...affectedRow('  cannot call', outgoing)]
}

const affectedRow = (label: string, { count, exoPhones }: AffectedPhones): readonly (readonly [string, string])[] => {
  if (count === 0) return []
  const shown = exoPhones.slice(0, SHOWN_MAX).map(phoneText)
  return [[label, [...shown, ...(count > shown.length ? [`and ${count - shown.length} more`] : [])].join(', ')]]
}

const phoneText = ({ sid, phoneNumber, state, alternate }: AffectedPhone): string =>
  safeText(`${phoneNumber ?? sid} (${[state, alternate === null ? 'no alternate' : `alternate ${alternate}`].filter((part) => part !== null).join(', ')})`)
