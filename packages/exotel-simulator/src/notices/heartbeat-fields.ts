import type { WebhookFields } from '../webhooks/fields/webhook-fields.ts'
import type { LedgerHeartbeat } from './ledger-notice.ts'
import type { NoticePlan } from './notice-plan.ts'

/** `2018-08-22T15:19:23Z`. */
const utcText = (at: number): string => new Date(at).toISOString().replace(/\.\d+/, '')
const CHECKED_BEFORE_MS = 33_000

/** ExoPhones have sids here; a simulated one is made of its number. */
export const exophoneSid = (number: string): string => `exo${number}`

/** The heartbeat in either of the shapes that pages show. */
export const heartbeatFields = (beat: LedgerHeartbeat, { shape, healthy }: NoticePlan['heartbeat']): WebhookFields => {
  const affected = (name: string, numbers: readonly string[]): WebhookFields => {
    if (numbers.length > 0) return { [name]: numbers.map(exophoneSid) }
    return healthy === 'absent' ? {} : { [name]: healthy === 'null' ? null : [] }
  }
  const side = (down: boolean): WebhookFields => ({ status: down ? 'major_outage' : 'active', last_check_time: utcText(beat.at - CHECKED_BEFORE_MS) })
  const detail = (number: string): WebhookFields => {
    const sides = { incoming_call: { ...side(beat.incoming.includes(number)), alternate_exophone: null }, outgoing_call: side(beat.outgoing.includes(number)) }
    return { phone_number: number, ...(shape === 'bare' ? sides : { connectivity: sides }) }
  }
  const listed = beat.statusType === 'PAYLOAD_TOO_LARGE' ? [] : [...new Set([...beat.incoming, ...beat.outgoing])]
  return {
    timestamp: utcText(beat.at),
    status_type: beat.statusType,
    ...affected('incoming_affected', listed.length === 0 ? [] : beat.incoming),
    ...affected('outgoing_affected', listed.length === 0 ? [] : beat.outgoing),
    ...(listed.length === 0 ? {} : { data: Object.fromEntries(listed.map((number) => [exophoneSid(number), detail(number)])) }),
  }
}
