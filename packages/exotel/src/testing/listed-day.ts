import { INDIA_UTC_OFFSET_MINUTES } from '@rollcall/contracts/observation'
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import { formatVendorTime, instantOf, readVendorTime, type VendorTime } from '../words/vendor-time.ts'
import { type FakeExotel, startFakeExotel } from './fake-exotel.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface ListedDayOptions {
  readonly start: Instant
  readonly callsPerSecond: number
  readonly seed: number
  /** What the whole account may ask in any minute; others than us ask too. */
  readonly rateLimitPerMinute: number
  readonly time: VirtualTime
}

export interface ListedDay {
  readonly url: string
  readonly calls: number
  sidOf(call: number): string
  createdAt(call: number): Instant
  /** From when the list shows a call: never while it goes on, and not at once when it has ended. */
  listedFrom(call: number): Instant
  readonly figures: {
    requests: number
    limited: number
    /** Requests that came although a Retry-After had asked for silence. */
    retryAfterBroken: number
    failed: number
    /** Rows that were on the page before already, as pages drifted. */
    listedAgain: number
  }
  /** The most of our requests in any 60 seconds. */
  mostInAnyMinute(): number
  close(): Promise<void>
}

const PAGE_ROWS_MAX = 100
const LONG_CALLS = 0.01
const CALL_MS_MAX = 4 * HOUR
const LIST_LAG_MS_MAX = 60 * SECOND
const DRIFTING_PAGES = 0.05
const DRIFT_ROWS_MAX = 3
const FAILING_REQUESTS = 0.004
const LATENCY_MS = { least: 80, most: 700 }

/**
 * A day of calls behind the list API, in virtual time, over real HTTP: rows appear behind the cursor while it moves on, come twice where pages
 * drift, and change when they are settled; the limit is shared with others who ask in bursts, so that we are refused at times although we
 * stay within our share. The Retry-After of a refusal is absent, a number, or a date.
 */
export const startListedDay = async ({ start, callsPerSecond, seed, rateLimitPerMinute, time }: ListedDayOptions): Promise<ListedDay> => {
  const calls = callsPerSecond * (DAY / SECOND)
  const figures = { requests: 0, limited: 0, retryAfterBroken: 0, failed: 0, listedAgain: 0 }
  const arrivals: Instant[] = []
  let silentUntil = 0

  const chance = (call: number, of: number): number => unit(seed, call * 8 + of)
  const createdAt = (call: number): Instant => start + Math.floor(call / callsPerSecond) * SECOND
  const durationMs = (call: number): number =>
    chance(call, 0) < LONG_CALLS ? Math.floor(chance(call, 1) * CALL_MS_MAX) : Math.floor(-Math.log(1 - chance(call, 1)) * 2 * MINUTE) % CALL_MS_MAX
  const endedAt = (call: number): Instant => createdAt(call) + Math.floor(durationMs(call) / SECOND) * SECOND
  const listedFrom = (call: number): Instant => endedAt(call) + Math.floor(chance(call, 2) * LIST_LAG_MS_MAX)
  const settledFrom = (call: number): Instant => endedAt(call) + Math.floor(chance(call, 3) * 5 * MINUTE)
  const sidOf = (call: number): string => `c${call.toString(36).padStart(7, '0')}`

  const row = (call: number, now: Instant): object => {
    const isSettled = now >= settledFrom(call)
    return {
      Sid: sidOf(call),
      AccountSid: 'acme',
      DateCreated: formatVendorTime(createdAt(call), INDIA_UTC_OFFSET_MINUTES),
      DateUpdated: formatVendorTime(isSettled ? settledFrom(call) : endedAt(call), INDIA_UTC_OFFSET_MINUTES),
      From: '09000000001',
      To: '09000000002',
      PhoneNumberSid: '08000000000',
      Status: 'completed',
      StartTime: formatVendorTime(createdAt(call), INDIA_UTC_OFFSET_MINUTES),
      EndTime: isSettled ? formatVendorTime(endedAt(call), INDIA_UTC_OFFSET_MINUTES) : null,
      Duration: isSettled ? durationMs(call) / SECOND : null,
      Price: isSettled ? '0.500' : '',
      Direction: 'outbound-api',
    }
  }

  /** Others of the account ask in bursts: in some minutes they leave us nothing. */
  const othersIn = (minute: number): number => Math.floor(unit(seed + 1, minute) ** 2 * (rateLimitPerMinute + 80))

  const isOverLimit = (now: Instant): boolean => {
    let ours = 0
    for (let at = arrivals.length - 1; at >= 0 && (arrivals[at] ?? 0) > now - MINUTE; at -= 1) ours += 1
    return ours + othersIn(Math.floor(now / MINUTE)) > rateLimitPerMinute
  }

  const page = (url: URL, now: Instant): object => {
    const [from = 0, to = 0] = [...(url.searchParams.get('DateCreated') ?? '').matchAll(/[gl]te:([\d: -]+)/g)].map(([, text]) =>
      instantOf(readVendorTime((text ?? '').trim()) as VendorTime, INDIA_UTC_OFFSET_MINUTES),
    )
    const size = Math.min(PAGE_ROWS_MAX, Number(url.searchParams.get('PageSize')))
    const end = Math.min(calls, (Math.floor((to - start) / SECOND) + 1) * callsPerSecond)
    const cursor = url.searchParams.get('After')
    const first = cursor === null ? Math.max(0, Math.ceil((from - start) / SECOND) * callsPerSecond) : Number(cursor) + 1
    const listed: number[] = []
    for (let call = first; call < end && listed.length < size; call += 1) if (now >= listedFrom(call)) listed.push(call)
    const last = listed.at(-1) ?? null
    if (cursor !== null && last !== null && unit(seed + 2, figures.requests) < DRIFTING_PAGES) {
      // Only what lies in the same second may come again in a list that is in order.
      const again = Array.from({ length: DRIFT_ROWS_MAX }, (_, nth) => first - 1 - nth).filter((call) => createdAt(call) === createdAt(listed[0] ?? 0) && now >= listedFrom(call))
      figures.listedAgain += again.length
      listed.unshift(...again.reverse())
    }
    const next = new URL(url)
    next.searchParams.set('After', String(last))
    return { Metadata: { Total: 0, PageSize: size, NextPageUri: last === null ? '' : `${next.pathname}${next.search}` }, Calls: listed.map((call) => row(call, now)) }
  }

  const server: FakeExotel = await startFakeExotel((request, response, nth) => {
    const now = time.clock()
    figures.requests += 1
    arrivals.push(now)
    if (now < silentUntil) figures.retryAfterBroken += 1
    time.move(LATENCY_MS.least + Math.floor(unit(seed + 3, nth) * (LATENCY_MS.most - LATENCY_MS.least)))
    const headers = { date: new Date(now).toUTCString(), 'content-type': 'application/json' }
    if (isOverLimit(now)) {
      figures.limited += 1
      const [kind, seconds] = [Math.floor(unit(seed + 4, nth) * 3), 5 + Math.floor(unit(seed + 5, nth) * 40)]
      const at = Math.floor(now / SECOND) * SECOND + seconds * SECOND
      if (kind > 0) silentUntil = Math.max(silentUntil, kind === 1 ? now + seconds * SECOND : at)
      const retryAfter = kind === 0 ? {} : { 'retry-after': kind === 1 ? String(seconds) : new Date(at).toUTCString() }
      response.writeHead(429, { ...headers, ...retryAfter }).end(JSON.stringify({ RestException: { Status: 429, Message: 'Rate limit exceeded' } }))
      return
    }
    if (unit(seed + 6, nth) < FAILING_REQUESTS) {
      figures.failed += 1
      response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>')
      return
    }
    response.writeHead(200, headers).end(JSON.stringify(page(new URL(request.url ?? '/', 'http://127.0.0.1'), now)))
  })

  return {
    url: server.url,
    calls,
    sidOf,
    createdAt,
    listedFrom,
    figures,
    mostInAnyMinute: () => {
      let [most, first] = [0, 0]
      for (const [nth, at] of arrivals.entries()) {
        while ((arrivals[first] ?? 0) <= at - MINUTE) first += 1
        most = Math.max(most, nth - first + 1)
      }
      return most
    },
    close: server.close,
  }
}

/** In [0, 1), the same for the same seed and place: a day is never kept, only computed. */
const unit = (seed: number, place: number): number => {
  let bits = (Math.imul(place ^ (place >>> 15), 0x2c1b3c6d) + Math.imul(seed, 0x297a2d39)) | 0
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a2d39)
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d)
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32
}
