import { INDIA_UTC_OFFSET_MINUTES } from '@rollcall/contracts/observation'
import type { Clock } from '@rollcall/domain/time'
import { SECOND } from '@rollcall/domain/time'
import { z } from 'zod'
import { UnreadableError } from '../unreadable-error.ts'
import { type ApiRow, readApiRow, readV3Row } from './api-row.ts'
import { ccmUrlOf, checkedBaseUrl } from './base-url.ts'
import type { BreakerSnapshot } from './circuit-breaker.ts'
import { clockSkewMs } from './clock-skew.ts'
import { type ExoPhone, type ExoPhoneHealth, readExoPhoneHealth, readExoPhones } from './exophones.ts'
import { ExotelError, type ExotelErrorKind } from './exotel-error.ts'
import { listBySid, type SidRead } from './list-by-sid.ts'
import { askListFeatures, type ListFeatures } from './list-features.ts'
import { accountUrl, listUrl, type ScanRange } from './list-url.ts'
import { readPage } from './read-page.ts'
import type { RequestBudget } from './request-budget.ts'
import { createRequester, type Exchange, type GetOptions } from './requester.ts'
import { type PageHandler, type Scan, scan } from './scan.ts'
import { type Sleep, sleep } from './sleep.ts'

/** Exotel's REST API for one account (contract §§1, 6-10). Outcomes are values; nothing here rejects but for a mistake in our own arguments. */
export interface ExotelClient {
  /** One complete paged read of the list: complete, or it counts for nothing. `from` and `to` bound DateCreated, half-open. */
  scan(range: ScanRange, options?: ListOptions): Promise<Scan>
  /** The calls of up to 100 Sids in one question: all that the list shows of them, or nothing. */
  listBySid(callSids: readonly string[], options?: ListOptions): Promise<SidRead>
  /** What this account's list takes: asked only where it is not known and one of these calls, just listed, can tell. */
  askListFeatures(listed: readonly ApiRow[], known: ListFeatures, options?: CallOptions): Promise<AskedListFeatures>
  /**
   * The single call with its details; where v1 does not know it, as voice v3 tells it. `absent` only where Exotel said so in so many words:
   * v1 that it does not know the call, and v3 the same, or that it has no answers for this account.
   */
  lookup(callSid: string, options?: LookupOptions): Promise<LookupResult>
  /** Whether these credentials open this account: cheap, and not billed. */
  checkAccount(options?: CallOptions): Promise<AccountCheck>
  /** Whether the account may list calls at all, which has to be enabled for some, and how many it counts in the range: one page of one row. */
  checkList(range: ScanRange, options?: CallOptions): Promise<ListCheck>
  /** The account's numbers. */
  exoPhones(options?: CallOptions): Promise<ExoPhonesResult>
  /** Whether Exotel's network reaches a number, by its sid: what a heartbeat would have told. */
  exoPhoneHealth(sid: string, options?: CallOptions): Promise<ExoPhoneHealthResult>
  /** Whether Exotel is left alone for now because it failed too often. */
  breaker(): BreakerSnapshot
  close(): Promise<void>
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

export interface LookupOptions extends CallOptions {
  /** Called before each request that is really sent: attempts count, and what is not sent for a silence does not. */
  readonly onRequest?: () => void
}

export interface ListOptions extends CallOptions {
  /** Ask for each row's details; only where the account's list is known to take it. */
  readonly details?: boolean
  /** Given each page's rows before the next page is asked for: a long read then loses nothing by being killed. Rows that it was given are true also where the scan turns out to be incomplete. */
  readonly onPage?: PageHandler | undefined
  /** List only calls that lasted so long; only where the account's list is known to take the filter. */
  readonly durationAtLeastSeconds?: number | null
}

export interface AskedListFeatures {
  readonly features: ListFeatures
  readonly requests: number
}

export type LookupResult = { readonly kind: 'found'; readonly row: ApiRow } | { readonly kind: 'absent' } | Failed
export type AccountCheck = { readonly kind: 'ok'; readonly clockSkewMs: number | null } | Failed
/** `total` is a hint: nobody promises that it is exact; null where the list does not count. */
export type ListCheck = { readonly kind: 'ok'; readonly total: number | null } | Failed
export type ExoPhonesResult = { readonly kind: 'ok'; readonly exoPhones: readonly ExoPhone[] } | Failed
export type ExoPhoneHealthResult = { readonly kind: 'ok'; readonly health: ExoPhoneHealth } | Failed

interface Failed {
  readonly kind: 'failed'
  readonly error: ExotelError
}

/** Bounds; durations in milliseconds. */
export interface ExotelClientLimits {
  /** Rows asked for per page; Exotel's most is 100. */
  readonly pageRowsMax: number
  readonly pagesMax: number
  readonly rowsMax: number
  readonly attemptsMax: number
  /** Of the same request where Exotel refused it for our rate: others of the account may use up whole minutes. */
  readonly limitedAttemptsMax: number
  readonly bodyBytesMax: number
  readonly connectTimeoutMs: number
  readonly headersTimeoutMs: number
  readonly bodyTimeoutMs: number
  readonly requestTimeoutMs: number
}

export const EXOTEL_CLIENT_LIMITS: ExotelClientLimits = {
  pageRowsMax: 100,
  pagesMax: 1_000,
  rowsMax: 100_000,
  attemptsMax: 5,
  limitedAttemptsMax: 10,
  bodyBytesMax: 16 * 1024 * 1024,
  connectTimeoutMs: 3 * SECOND,
  headersTimeoutMs: 10 * SECOND,
  bodyTimeoutMs: 15 * SECOND,
  requestTimeoutMs: 30 * SECOND,
}

export interface ExotelClientOptions extends Partial<ExotelClientLimits> {
  readonly account: string
  /** Scheme and host of the account's cluster, without `/v1`, a query or credentials. */
  readonly baseUrl: string
  /** The same of voice v3; by default that of the base URL's cluster. Null: v3 is not asked. */
  readonly ccmUrl?: string | null
  /** Of the account's times without a zone; by default India's. */
  readonly utcOffsetMinutes?: number
  readonly apiKey: string
  readonly apiToken: string
  readonly budget: RequestBudget
  readonly clock: Clock
  /** Milliseconds of a clock that nobody sets; by default the process's. */
  readonly monotonic?: () => number
  readonly sleep?: Sleep
  /** In [0, 1), for the jitter between attempts. */
  readonly random?: () => number
  /** Told of every request that was sent: for metrics. */
  readonly onExchange?: (exchange: Exchange) => void
}

export const createExotelClient = (options: ExotelClientOptions): ExotelClient => {
  const { account, clock, utcOffsetMinutes = INDIA_UTC_OFFSET_MINUTES } = options
  const baseUrl = checkedBaseUrl(options.baseUrl)
  const ccmUrl = options.ccmUrl === undefined ? ccmUrlOf(baseUrl) : options.ccmUrl === null ? null : checkedBaseUrl(options.ccmUrl)
  const limits = { ...EXOTEL_CLIENT_LIMITS, ...options }
  const requesterOptions = {
    ...limits,
    monotonic: options.monotonic ?? (() => performance.now()),
    sleep: options.sleep ?? sleep,
    random: options.random ?? Math.random,
    onExchange: options.onExchange ?? (() => {}),
  }
  const requester = createRequester(requesterOptions)
  // Of its own, so that v3 being down says nothing of v1; the budget is the account's.
  const v3 = ccmUrl === null ? null : { url: ccmUrl, requester: createRequester({ ...requesterOptions, attemptsMax: Math.min(limits.attemptsMax, V3_ATTEMPTS_MAX) }) }

  return {
    scan: (range, { signal, details = false, durationAtLeastSeconds = null, onPage } = {}) => {
      const { pageRowsMax: pageSize, pagesMax, rowsMax } = limits
      return scan(range, { account, baseUrl, utcOffsetMinutes, requester, clock, pageSize, pagesMax, rowsMax, details, durationAtLeastSeconds, onPage, signal })
    },

    listBySid: (callSids, { signal, details = false } = {}) =>
      listBySid(callSids, { account, baseUrl, utcOffsetMinutes, requester, pageSize: limits.pageRowsMax, pagesMax: limits.pagesMax, details, signal }),

    askListFeatures: async (listed, known, { signal } = {}) => {
      let requests = 0
      const questioner = { account, baseUrl, utcOffsetMinutes, requester, pageRowsMax: limits.pageRowsMax }
      const features = await askListFeatures(questioner, listed, known, { signal, onAttempt: () => (requests += 1) })
      return { features, requests }
    },

    lookup: (callSid, { signal, onRequest: onAttempt } = {}) =>
      orFailed(async () => {
        const url = accountUrl(baseUrl, account, `/Calls/${encodeURIComponent(callSid)}`)
        url.search = 'details=true'
        const { answer, response } = await requester.get('call', url, { signal, onAttempt })
        const { receivedAt } = response
        const row =
          answer.kind === 'absent' ? await lookupV3(callSid, { signal, onAttempt }) : readApiRow(response.bytes, { account, surface: 'call-lookup', receivedAt, utcOffsetMinutes })
        if (row === null) return { kind: 'absent' }
        if (row.callSid !== callSid) throw new UnreadableError('Sid is not the one that was asked for')
        return { kind: 'found', row }
      }),

    checkList: (range, { signal } = {}) =>
      orFailed(async () => {
        const { answer, response } = await requester.get('calls', listUrl(baseUrl, account, range, { utcOffsetMinutes, pageSize: 1 }), { signal })
        if (answer.kind === 'absent') throw new ExotelError('not-found', 'the list itself was not found')
        return { kind: 'ok', total: readPage(answer.value, response.bytes).total }
      }),

    exoPhones: ({ signal } = {}) =>
      orFailed(async () => {
        const { answer } = await requester.get('exophones', accountUrl(baseUrl, account, '/IncomingPhoneNumbers'), { signal })
        return { kind: 'ok', exoPhones: answer.kind === 'absent' ? [] : readExoPhones(answer.value) }
      }),

    exoPhoneHealth: (sid, { signal } = {}) =>
      orFailed(async () => {
        const url = new URL(`${baseUrl}/v2/accounts/${encodeURIComponent(account)}/incoming-phone-numbers/${encodeURIComponent(sid)}`)
        const { answer } = await requester.get('exophone', url, { signal })
        if (answer.kind === 'absent') throw new ExotelError('not-found', 'Exotel knows no such ExoPhone')
        return { kind: 'ok', health: readExoPhoneHealth(answer.value) }
      }),

    checkAccount: ({ signal } = {}) =>
      orFailed(async () => {
        const { answer, response } = await requester.get('account', accountUrl(baseUrl, account, ''), { signal })
        if (answer.kind === 'absent') throw new ExotelError('not-found', 'Exotel knows no such account')
        const named = AccountAnswer.safeParse(answer.value)
        if (!named.success) throw new UnreadableError('Account.Sid is missing')
        if (named.data.Account.Sid !== account) throw new UnreadableError(`Account.Sid is not ${account}; write the sid as Exotel does`)
        return { kind: 'ok', clockSkewMs: clockSkewMs(response) }
      }),

    breaker: requester.breaker,
    close: async () => {
      await Promise.all([requester.close(), v3?.requester.close()])
    },
  }

  /** Null where v3 has no such call, no answers for this account, or is not to be had from here: then v1's word stands. */
  async function lookupV3(callSid: string, options: GetOptions): Promise<ApiRow | null> {
    if (v3 === null) return null
    const url = new URL(`${v3.url}/v3/accounts/${encodeURIComponent(account)}/calls/${encodeURIComponent(callSid)}`)
    try {
      const { answer, response } = await v3.requester.get('call-v3', url, options)
      return answer.kind === 'absent' ? null : readV3Row(response.bytes, { account, receivedAt: response.receivedAt, utcOffsetMinutes })
    } catch (error) {
      if (error instanceof ExotelError && NO_V3.has(error.kind)) return null
      throw error
    }
  }
}

/** v3 is asked for the few calls that v1 denies; it must not keep them waiting. */
const V3_ATTEMPTS_MAX = 2
/** How v3 says that there is no such call or that the account is not one of its, and what an address tells that is not for us. */
const NO_V3: ReadonlySet<ExotelErrorKind> = new Set([
  'not-found',
  'not-authenticated',
  'not-enabled',
  'forbidden',
  'rejected',
  'not-reached',
  'not-trusted',
  'not-tls',
  'redirected',
])

/** The answer also carries the account's AuthToken: nothing of it may be kept or shown. */
const AccountAnswer = z.object({ Account: z.object({ Sid: z.string() }) })

const orFailed = async <T>(ask: () => Promise<T>): Promise<T | { kind: 'failed'; error: ExotelError }> => {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof ExotelError) return { kind: 'failed', error }
    if (error instanceof UnreadableError) return { kind: 'failed', error: new ExotelError('wrong-shape', error.message) }
    throw error
  }
}
