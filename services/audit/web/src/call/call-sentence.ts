import type { CallAnswer } from '@rollcall/contracts/audit-api/call'
import { counted } from '../measures/share.ts'
import { fieldName } from './field-names.ts'

/** How sure a call is, for somebody who sees it for the first time. Pure. */
export const callSentence = ({
  verified,
  conflicts,
  judgements,
  observations,
  fields,
}: Pick<CallAnswer, 'verified' | 'conflicts' | 'judgements' | 'observations' | 'fields'>): string => {
  const missing = judgements.filter(({ outcome, replacedAt }) => outcome === 'missing' && replacedAt === null).length
  const status = fields.status?.value
  const first = verified
    ? `Exotel’s API confirms this call${status === undefined ? '' : `, ${status}`}.`
    : 'Only webhooks tell of this call; Exotel’s API has not confirmed it, so it counts nowhere.'
  const told = `${counted(observations.length, 'observation')} ${observations.length === 1 ? 'tells' : 'tell'} of it`
  const contradict = conflicts.length === 0 ? '' : `, and they contradict each other on ${conflicts.map(({ field }) => fieldName(field)).join(', ')}`
  return `${first} ${told}${contradict}.${missing === 0 ? '' : ` ${counted(missing, 'expected webhook')} ${missing === 1 ? 'is' : 'are'} missing.`}`
}
