import { createHash, timingSafeEqual } from 'node:crypto'
import type { CallBook } from '../calls/call-book.ts'
import { isShown } from '../calls/is-shown.ts'
import type { Instant } from '../clock/simulator-clock.ts'
import { istText } from '../ist-text.ts'
import type { Answer } from './answer.ts'
import type { ApiProfile } from './api-profile.ts'
import { callRow } from './call-row.ts'
import { cursorText } from './cursor.ts'
import { listCalls } from './list-calls.ts'
import { checkRecordingValidity, readListQuery } from './list-query.ts'
import type { RateWindow } from './rate-window.ts'
import { Refusal } from './refusal.ts'
import { xmlText } from './xml-text.ts'

interface ApiAccount {
  readonly sid: string
  readonly apiKey: string
  readonly apiToken: string
}

export interface ApiState {
  readonly account: ApiAccount
  readonly book: CallBook
  readonly profile: ApiProfile
  readonly rate: RateWindow
  readonly rateLimitPerMinute: number
}

export interface ApiRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly authorization: string | undefined
  /** The vendor's clock. */
  readonly now: Instant
  /** The real clock: what the rate limit counts by. */
  readonly receivedAt: Instant
}

const ROUTE = /^\/v1\/Accounts\/([^/]+?)(?:\/(Calls)(?:\/([^/]+?))?)?(\.json)?$/
const ACCOUNT_AGE_MS = 400 * 86_400_000

const sha256 = (text: string) => createHash('sha256').update(text).digest()

const checkCredentials = ({ apiKey, apiToken }: ApiAccount, authorization: string | undefined): void => {
  const expected = `Basic ${Buffer.from(`${apiKey}:${apiToken}`).toString('base64')}`
  if (!timingSafeEqual(sha256(authorization ?? ''), sha256(expected))) throw new Refusal(401, 'Authentication failed', { 'www-authenticate': 'Basic realm="Exotel"' })
}

const checkRate = ({ rate, rateLimitPerMinute, profile }: ApiState, receivedAt: Instant): void => {
  const waitSeconds = rate.take(receivedAt)
  if (waitSeconds === null) return
  throw new Refusal(429, `Rate limit exceeded. Max ${rateLimitPerMinute} requests per minute.`, profile.retryAfter ? { 'retry-after': String(waitSeconds) } : {})
}

const accountBody = ({ account }: ApiState, now: Instant): object => ({
  Account: {
    Sid: account.sid,
    FriendlyName: account.sid,
    Type: 'Full',
    Status: 'active',
    DateCreated: istText(now - ACCOUNT_AGE_MS),
    DateUpdated: istText(now),
    // Exotel really answers this; a client that logs the body leaks it.
    AuthToken: account.apiToken,
    Uri: `/v1/Accounts/${account.sid}`,
    BillingType: 'postpaid',
    KycStatus: 'completed',
  },
})

const callBody = ({ account, book }: ApiState, callSid: string, parameters: URLSearchParams, now: Instant): object => {
  checkRecordingValidity(parameters.get('RecordingUrlValidity'))
  const call = book.bySid(callSid)
  if (call === undefined || !isShown(call, now)) throw new Refusal(404, 'No matching results')
  return { Call: callRow(call, { account: account.sid, now, shape: 'single', details: parameters.get('details') === 'true' }) }
}

const listBody = ({ account, book, profile }: ApiState, path: string, parameters: URLSearchParams, now: Instant) => {
  const query = readListQuery(parameters, { now, profile })
  const page = listCalls(book, query, now)
  const uri = (cursor?: { readonly name: 'After' | 'Before'; readonly seq: number }) => {
    const others = new URLSearchParams(parameters)
    others.delete('After')
    others.delete('Before')
    if (cursor !== undefined) others.set(cursor.name, cursorText(cursor.seq))
    return `${path}?${others}`
  }
  const none = { empty: { value: '' }, null: { value: null }, missing: {} }[profile.noNextPage]
  const link = (name: string, present: string | null) => {
    const shown = present === null ? none : { value: present }
    return 'value' in shown ? { [name]: shown.value } : {}
  }
  const [first, last] = [page.calls[0], page.calls.at(-1)]
  return {
    Metadata: {
      Total: page.total,
      PageSize: query.pageSize,
      FirstPageUri: uri(),
      ...link('PrevPageUri', first !== undefined && (query.after !== null || query.before !== null) ? uri({ name: 'Before', seq: first.seq }) : null),
      // Present whenever the page has a record, so the last page with records leads to an empty one.
      ...link('NextPageUri', last !== undefined ? uri({ name: 'After', seq: last.seq }) : null),
    },
    Calls: page.calls.map((call) => callRow(call, { account: account.sid, now, shape: 'list', details: query.details })),
  }
}

/** Answers one request of the REST API as Exotel would at `now`. */
export const answerRequest = (state: ApiState, { method, url, authorization, now, receivedAt }: ApiRequest): Answer => {
  const question = url.indexOf('?')
  const path = question < 0 ? url : url.slice(0, question)
  const route = ROUTE.exec(path)
  const json = path.endsWith('.json')
  const answer = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): Answer => ({
    status,
    headers: { 'content-type': json ? 'application/json' : 'application/xml', ...headers },
    body: json ? JSON.stringify(body) : xmlText(body),
  })
  try {
    checkCredentials(state.account, authorization)
    if (route === null || route[1] !== state.account.sid || method !== 'GET') throw new Refusal(404, 'The requested resource was not found')
    checkRate(state, receivedAt)
    const parameters = new URLSearchParams(question < 0 ? '' : url.slice(question + 1))
    const [, , calls, callSid] = route
    if (calls === undefined) return answer(200, accountBody(state, now))
    if (callSid !== undefined) return answer(200, callBody(state, callSid, parameters, now))
    const body = listBody(state, path, parameters, now)
    return answer(200, json ? body : { ...body, Calls: body.Calls.map((row) => ({ Call: row })) })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return answer(error.status, error.body(), error.headers)
  }
}
