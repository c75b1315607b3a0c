import type { Observation } from '@rollcall/contracts/observation'
import { NotAnObservationError } from '@rollcall/contracts/observation-record'
import { canonicalTime } from '@rollcall/domain/time'
import { storableTime } from './storable-time.ts'

/** As the accounts file has it; also what keeps `account|CallSid` unambiguous. */
const ACCOUNT = /^[A-Za-z0-9_-]{1,64}$/
const CALL_SID = /^[\x21-\x7e]{1,64}$/
const TEXT_CHARACTERS_MAX = 512

/**
 * The observation, as its columns and their indexes can hold it. What Rollcall writes always fits; anyone who may write to the topic
 * can write anything. A CallSid that is none is left out: the record keeps it, and no reader will take it for a call.
 * @throws NotAnObservationError
 */
export const storableObservation = (observation: Observation): Observation => {
  const { id, account, source, payloadSha256, scanId, callSid, receivedAt } = observation
  if (receivedAt !== storableTime(receivedAt)) throw new NotAnObservationError('ce_time', canonicalTime(receivedAt), 'a time from 1970 to 9999')
  if (!ACCOUNT.test(account)) throw new NotAnObservationError('ce_account', account, '1 to 64 letters, digits, - and _')
  checkText('ce_id', id)
  checkText('ce_source', source)
  checkText('ce_sha256', payloadSha256)
  checkText('ce_scanid', scanId ?? '')
  return callSid === null || CALL_SID.test(callSid) ? observation : { ...observation, callSid: null }
}

const checkText = (header: string, text: string): void => {
  if (text.length > TEXT_CHARACTERS_MAX || text.includes('\0')) throw new NotAnObservationError(header, text, `at most ${TEXT_CHARACTERS_MAX} characters, none of them NUL`)
}
