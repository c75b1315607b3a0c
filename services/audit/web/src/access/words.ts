import type { AccessItem, AccessType } from '@rollcall/contracts/audit-api/access-log'
import { KINDS, RESOLUTION_WORDS } from '../exceptions/words.ts'
import { counted } from '../measures/share.ts'

/** What the kinds of deed are called. */
export const TYPES: Readonly<Record<AccessType, string>> = {
  reveal: 'Reveals',
  export: 'Exports',
  'exception-action': 'Actions on exceptions',
  erasure: 'Erasures',
  'token-created': 'Tokens made',
  'token-revoked': 'Tokens revoked',
}

/** What somebody did, after their name. */
export const deedText = (item: AccessItem): string => {
  switch (item.type) {
    case 'reveal':
      return `saw ${item.observation === null ? 'a call' : 'what was received'} in clear`
    case 'export':
      return `took ${counted(item.calls, 'call')} away as ${item.format}`
    case 'exception-action':
      return actionText(item.did)
    case 'erasure':
      return `erased the salts of ${counted(item.calls, 'call')}`
    case 'token-created':
      return `made a token for ${item.token.subject}`
    case 'token-revoked':
      return `revoked a token of ${item.token.subject}`
    default:
      return item satisfies never
  }
}

const actionText = (did: Extract<AccessItem, { type: 'exception-action' }>['did']): string => {
  switch (did.action) {
    case 'assign':
      return `gave an exception to ${did.assignee}`
    case 'annotate':
      return 'noted on an exception'
    case 'close':
      return `closed an exception: ${RESOLUTION_WORDS[did.resolution]}`
    default:
      return did satisfies never
  }
}

/** Why they did it, in their words; null where nothing was asked or said. */
export const reasonOf = (item: AccessItem): string | null => {
  if (item.type === 'reveal') return item.reason
  return item.type === 'exception-action' ? (item.did.note ?? null) : null
}

export const kindName = ({ kind }: Extract<AccessItem, { type: 'exception-action' }>): string => KINDS[kind][0]
