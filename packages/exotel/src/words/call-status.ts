import { CALL_STATUSES, type CallStatus } from '@rollcall/domain/call/fact'

/** Spellings seen on some surface, with our word for each (contract §2.2). Everything is compared in lower case. */
const STATUSES: ReadonlyMap<string, CallStatus> = new Map<string, CallStatus>([...CALL_STATUSES.map((status) => [status, status] as const), ['cancelled', 'canceled']])

/** A word that is not Exotel's yet reads as `unknown`, which never outranks one we know. */
export const readCallStatus = (text: string): CallStatus => STATUSES.get(text.toLowerCase()) ?? 'unknown'
