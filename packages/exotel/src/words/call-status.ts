import { CALL_STATUSES, type CallStatus } from '@rollcall/domain/call/fact'
import { enumeration, same } from './enumeration.ts'

/** Spellings seen on some surface, with our word for each (contract §2.2). */
const STATUSES: ReadonlyMap<string, CallStatus> = new Map<string, CallStatus>([
  ...same(...CALL_STATUSES),
  ['cancelled', 'canceled'],
  ['no_answer', 'no-answer'],
  ['in_progress', 'in-progress'],
])

/** A word that is not Exotel's yet reads as `unknown`, which never outranks one we know. */
export const readCallStatus: (text: string) => CallStatus = enumeration(STATUSES)
