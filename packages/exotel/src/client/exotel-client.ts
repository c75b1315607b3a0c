import type { Clock } from '@rollcall/domain/time'
import { SECOND } from '@rollcall/domain/time'
import { z } from 'zod'
import { UnreadableError } from '../unreadable-error.ts'
import { type ApiRow, readApiRow } from './api-row.ts'
import { checkedBaseUrl } from './base-url.ts'
import type { BreakerSnapshot } from './circuit-breaker.ts'
import { clockSkewMs } from './clock-skew.ts'
import { ExotelError } from './exotel-error.ts'
import { askListFeatures, type ListFeatures } from './list-features.ts'
import { accountUrl, type ScanRange } from './list-url.ts'
import type { RequestBudget } from './request-budget.ts'
import { createRequester, type Exchange } from './requester.ts'
import { type Scan, scan } from './scan.ts'
import { type Sleep, sleep } from './sleep.ts'

/** Exotel's REST API for one account (contract §§6-8). Outcomes are values; nothing here rejects but for a mistake in our own arguments. */
export interface ExotelClient {
  /** One complete paged read of the list: complete, or it counts for nothing. `from` and `to` bound DateCreated, half-open. */
  scan(range: ScanRange, options?: ListOptions): Promise<Scan>
  /** What this account's list takes: asked only where it is not known and one of these calls, just listed, can tell. */
  askListFeatures(listed: readonly ApiRow[], known: ListFeatures, options?: CallOptions): Promise<AskedListFeatures>
  /** The single call with its details. `absent` only where Exotel said so in so many words. */
  lookup(callSid: string, options?: CallOptions): Promise<LookupResult>
  /** Whether these credentials open this account: cheap, and not billed. */
  checkAccount(options?: CallOptions): Promise<AccountCheck>
  /** Whether Exotel is left alone for now because it failed too often. */
  breaker(): BreakerSnapshot
  close(): Promise<void>
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

export interface ListOptions extends CallOptions {
  /** Ask for each row's details; only where the account's list is known to take it. */
  readonly details?: boolean
}

export interface AskedListFeatures {
  readonly features: ListFeatures
  readonly requests: number
}

export type LookupResult = { readonly kind: 'found'; readonly row: ApiRow } | { readonly kind: 'absent' } | { readonly kind: 'failed'; readonly error: ExotelError }
export type AccountCheck = { readonly kind: 'ok'; readonly clockSkewMs: number | null } | { readonly kind: 'failed'; readonly error: ExotelError }

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
  const { account, clock } = options
  const baseUrl = checkedBaseUrl(options.baseUrl)
  const limits = { ...EXOTEL_CLIENT_LIMITS, ...options }
  const requester = createRequester({
    ...limits,
    monotonic: options.monotonic ?? (() => performance.now()),
    sleep: options.sleep ?? sleep,
    random: options.random ?? Math.random,
    onExchange: options.onExchange ?? (() => {}),
  })

  return {
    scan: (range, { signal, details = false } = {}) =>
      scan(range, { account, baseUrl, requester, clock, pageSize: limits.pageRowsMax, pagesMax: limits.pagesMax, rowsMax: limits.rowsMax, details, signal }),

    askListFeatures: async (listed, known, { signal } = {}) => {
      let requests = 0
      const questioner = { account, baseUrl, requester, pageRowsMax: limits.pageRowsMax }
      const features = await askListFeatures(questioner, listed, known, { signal, onAttempt: () => (requests += 1) })
      return { features, requests }
    },

    lookup: (callSid, { signal } = {}) =>
      orFailed(async () => {
        const url = accountUrl(baseUrl, account, `/Calls/${encodeURIComponent(callSid)}`)
        url.search = 'details=true'
        const { answer, response } = await requester.get('call', url, { signal })
        if (answer.kind === 'absent') return { kind: 'absent' }
        const row = readApiRow(response.bytes, { account, surface: 'call-lookup', receivedAt: response.receivedAt })
        if (row.callSid !== callSid) throw new UnreadableError('Sid is not the one that was asked for')
        return { kind: 'found', row }
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
    close: () => requester.close(),
  }
}

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
