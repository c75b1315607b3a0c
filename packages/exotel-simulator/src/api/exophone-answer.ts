import { EXOPHONES } from '../calls/call-kind.ts'
import { exophoneSid } from '../notices/heartbeat-fields.ts'
import type { LedgerHeartbeat } from '../notices/ledger-notice.ts'
import { Refusal } from './refusal.ts'

const NUMBERS = [...new Set(Object.values(EXOPHONES))]

/** The account's ExoPhones; the items are wrapped here, unlike calls. */
export const exophoneList = (): object => ({ IncomingPhoneNumbers: NUMBERS.map((number) => ({ IncomingPhoneNumber: { Sid: exophoneSid(number), PhoneNumber: number } })) })

/** How well the network reaches one ExoPhone (v2): as the last heartbeat had it. Throws the Refusal for an unknown one. */
export const exophoneHealth = (sid: string, heartbeat: LedgerHeartbeat | undefined): object => {
  const number = NUMBERS.find((one) => exophoneSid(one) === sid)
  if (number === undefined) throw new Refusal(404, 'No matching results')
  const side = (affected: readonly string[] = []) => ({ status: affected.includes(number) ? 'major_outage' : 'active' })
  return { phone_number: number, connectivity: { incoming_call: side(heartbeat?.incoming), outgoing_call: side(heartbeat?.outgoing) } }
}
