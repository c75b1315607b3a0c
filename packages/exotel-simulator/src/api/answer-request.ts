import { createHash, timingSafeEqual } from 'node:crypto'
import { isShown } from '../calls/is-shown.ts'
import { istText } from '../ist-text.ts'
import { smsRow } from '../notices/sms-fields.ts'
import { voiceV3Details } from '../webhooks/fields/voice-v3-details.ts'
import type { Answer } from './answer.ts'
import { distortAnswer } from './api-faults.ts'
import type { ApiAccount, ApiRequest, ApiState } from './api-state.ts'
import { callRow } from './call-row.ts'
import { readConnectOrder } from './connect-call.ts'
import { exophoneHealth, exophoneList } from './exophone-answer.ts'
import { listAnswer } from './list-answer.ts'
import { checkRecordingValidity } from './list-query.ts'
import { Refusal } from './refusal.ts'
import { xmlText } from './xml-text.ts'

const ROUTE = /^\/v1\/Accounts\/([^/]+?)(?:\/(Calls|SMS\/Messages|IncomingPhoneNumbers)(?:\/([^/]+?))?)?(\.json)?$/
/** JSON, whatever the path ends with. */
const NEWER = /^\/(?:v2\/accounts\/([^/]+)\/(incoming-phone-numbers)|v3\/accounts\/([^/]+)\/(calls))\/([^/]+)$/
const ACCOUNT_AGE_MS = 400 * 86_400_000
const NOT_FOUND = 'The requested resource was not found'
const NO_RESULTS = 'No matching results'

/** The account a path names; null: none. */
export const accountSidOf = (url: string): string | null => /^\/v[123]\/accounts\/([^/?]+?)(?:\.json)?(?:[/?]|$)/i.exec(url)?.[1] ?? null

const sha256 = (text: string) => createHash('sha256').update(text).digest()

const checkCredentials = ({ apiKey, apiToken }: ApiAccount, authorization: string | undefined): void => {
  const expected = `Basic ${Buffer.from(`${apiKey}:${apiToken}`).toString('base64')}`
  if (!timingSafeEqual(sha256(authorization ?? ''), sha256(expected))) throw new Refusal(401, 'Authentication failed', { 'www-authenticate': 'Basic realm="Exotel"' })
}

/** Counts the request; the headers that answers have about the limit. */
const countRequest = ({ rate, profile }: ApiState, { method, receivedAt }: ApiRequest): Readonly<Record<string, string>> => {
  const { allowed, remaining, resetSeconds } = rate.take(method, receivedAt)
  const headers = profile.rateHeaders ? { 'x-ratelimit-limit': String(rate.perMinute), 'x-ratelimit-remaining': String(remaining), 'x-ratelimit-reset': String(resetSeconds) } : {}
  if (allowed) return headers
  throw new Refusal(429, `Rate limit exceeded. Max ${rate.perMinute} requests per minute.`, {
    ...headers,
    ...(profile.retryAfter ? { 'retry-after': String(resetSeconds) } : {}),
  })
}

const accountBody = ({ account, utcOffsetMinutes }: ApiState, now: number): object => ({
  Account: {
    Sid: account.sid,
    FriendlyName: account.sid,
    Type: 'Full',
    Status: 'active',
    DateCreated: istText(now - ACCOUNT_AGE_MS, utcOffsetMinutes),
    DateUpdated: istText(now, utcOffsetMinutes),
    // Exotel really answers this; a client that logs the body leaks it.
    AuthToken: account.apiToken,
    Uri: `/v1/Accounts/${account.sid}`,
    BillingType: 'postpaid',
    KycStatus: 'completed',
  },
})

const callBody = ({ account, book, profile }: ApiState, callSid: string, parameters: URLSearchParams, now: number): object => {
  checkRecordingValidity(parameters.get('RecordingUrlValidity'))
  const call = book.bySid(callSid)
  if (call === undefined || !isShown(call, now) || (call.kind === 'outbound-v3' && !profile.v3Lookup)) throw new Refusal(404, NO_RESULTS, {}, profile.unknownCall)
  return { Call: callRow(call, { account: account.sid, now, shape: 'single', details: parameters.get('details') === 'true', profile }) }
}

const smsBody = ({ account, sms, profile }: ApiState, smsSid: string, now: number): object => {
  const found = sms(smsSid)
  // Of an SMS this is documented to come with HTTP 200.
  if (found === undefined || found.createdAt > now) throw new Refusal(404, NO_RESULTS, {}, profile.unknownCall === 404 ? 200 : profile.unknownCall)
  return { SMSMessage: smsRow(found, account.sid, now) }
}

/** In v3 only the calls it made. */
const v3Body = ({ book }: ApiState, callSid: string, now: number): object => {
  const call = book.bySid(callSid)
  if (call?.kind !== 'outbound-v3' || !isShown(call, now)) throw new Refusal(404, NO_RESULTS)
  const isOver = now >= call.visible.finalFrom
  const details = voiceV3Details(call, { isOver, updatedAt: isOver ? call.truth.endedAt : call.truth.createdAt })
  return { request_id: callSid.slice(0, 16), method: 'GET', http_code: 200, response: { code: 200, status: 'success', call_details: details } }
}

interface Asked {
  readonly kind: string
  readonly sid: string | undefined
  readonly parameters: URLSearchParams
  readonly now: number
}

const oneBody = (state: ApiState, { kind, sid, parameters, now }: Asked): object => {
  if (sid === undefined) throw new Refusal(404, NOT_FOUND)
  switch (kind) {
    case 'Calls':
      return callBody(state, sid, parameters, now)
    case 'SMS/Messages':
      return smsBody(state, sid, now)
    case 'incoming-phone-numbers':
      return exophoneHealth(sid, state.heartbeat())
    case 'calls':
      return v3Body(state, sid, now)
    default:
      throw new Refusal(404, NOT_FOUND)
  }
}

/** Answers one request of the REST API as Exotel would at `now`. */
export const answerRequest = (state: ApiState, request: ApiRequest): Answer => {
  const { method, url, authorization, now, fault } = request
  const question = url.indexOf('?')
  const path = question < 0 ? url : url.slice(0, question)
  const parameters = new URLSearchParams(question < 0 ? '' : url.slice(question + 1))
  const newer = NEWER.exec(path)
  const json = path.endsWith('.json') || newer !== null
  const write = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): Answer => ({
    status,
    headers: { 'content-type': json ? 'application/json' : 'application/xml', ...headers },
    body: json ? JSON.stringify(body) : xmlText(body, state.profile.xml),
  })
  try {
    checkCredentials(state.account, authorization)
    const [, accountSid, kind, sid] = newer === null ? (ROUTE.exec(path) ?? []) : [path, newer[1] ?? newer[3], newer[2] ?? newer[4], newer[5]]
    const connects = kind === 'Calls' && sid === 'connect'
    if (accountSid !== state.account.sid || method !== (connects ? 'POST' : 'GET')) throw new Refusal(404, NOT_FOUND)
    const limits = countRequest(state, request)
    if (kind === undefined) return distortAnswer(write(200, accountBody(state, now), limits), fault)
    if (connects) return connectAnswer(state, request, (body) => distortAnswer(write(200, body, limits), fault))
    if (kind === 'Calls' && sid === undefined) return distortAnswer(write(200, listAnswer(state, path, parameters, request), limits), fault)
    if (kind === 'IncomingPhoneNumbers' && sid === undefined) return distortAnswer(write(200, exophoneList(), limits), fault)
    return distortAnswer(write(200, oneBody(state, { kind, sid, parameters, now }), limits), fault)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return distortAnswer(write(error.httpStatus, error.body(), error.headers), fault)
  }
}

/** Makes the call. 200 means accepted, not that anyone answered. */
const connectAnswer = (state: ApiState, { form, now }: ApiRequest, write: (body: object) => Answer): Answer => {
  const order = readConnectOrder(form)
  const connected = state.connect(order)
  if (connected === null) throw new Refusal(503, 'No calls can be made now')
  const { call, answerAfter } = connected
  const answer = write({ Call: callRow(call, { account: state.account.sid, now: Math.max(now, call.visible.begunAt), shape: 'single', details: false, profile: state.profile }) })
  return answerAfter === null ? answer : { ...answer, after: answerAfter }
}
