import type { IncomingMessage, ServerResponse } from 'node:http'
import { INDIA_UTC_OFFSET_MINUTES } from '@rollcall/contracts/observation'
import { type Clock, type Instant, SECOND } from '@rollcall/domain/time'
import { startFakeExotel } from '@rollcall/exotel/testing/fake-exotel'
import { formatVendorTime, instantOf, readVendorTime, type VendorTime } from '@rollcall/exotel/words/vendor-time'

/** A call as Exotel knows it. Bounds are instants of Exotel's clock. */
export interface ScriptedCall {
  readonly account: string
  readonly callSid: string
  readonly createdAt: Instant
  readonly endedAt: Instant
  /** From when the list shows it; by default from its end. */
  readonly listedFrom?: Instant
  readonly price?: string
  /** From when its row has its end, duration and price; by default from its end. Its status is terminal before. */
  readonly wholeFrom?: Instant
  /** What the single call tells of it once its row is whole; 0 until then. By default it tells nothing. */
  readonly talkSeconds?: number
  /** From when its row has a reference to a recording; by default it never has. */
  readonly recordedFrom?: Instant
}

/** Asked before every answer; what it answers itself, now or later, it says with true. */
export type Fault = (url: URL, response: ServerResponse) => boolean

export interface ScriptedExotel {
  readonly url: string
  /** Path and query of every request about this account. */
  requests(account: string): readonly string[]
  calls: ScriptedCall[]
  /** By account, so that tests do not meet each other's. */
  readonly faults: Map<string, Fault>
  /** Accounts whose list takes `details=true`; others' ignores it. */
  readonly detailed: Set<string>
  /** Accounts whose list filters by duration; others' ignores it. */
  readonly filtering: Set<string>
  /** Milliseconds that Exotel's clock is ahead of the tests'. */
  skewMs: number
  close(): Promise<void>
}

/** Exotel with exactly the calls, and exactly the faults, that a test wants. Times follow the clock it is given, the `Date` of its answers included. */
export const startScriptedExotel = async (clock: Clock): Promise<ScriptedExotel> => {
  const server = await startFakeExotel((request, response) => answer(request, response))
  const scripted: ScriptedExotel = {
    url: server.url,
    requests: (account) => server.requests.filter((path) => path.startsWith(`/v1/Accounts/${account}/`)),
    calls: [],
    faults: new Map(),
    detailed: new Set(),
    filtering: new Set(),
    skewMs: 0,
    close: server.close,
  }
  return scripted

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', server.url)
    const [, , , account = '', , callSid = ''] = url.pathname.replace(/\.json$/, '').split('/')
    const now = clock() + scripted.skewMs
    response.setHeader('date', new Date(now).toUTCString())
    if (scripted.faults.get(account)?.(url, response) === true) return
    const isAboutCalls = url.pathname.includes('/Calls')
    const [status, body] = isAboutCalls ? aboutCalls(url, callSid, account, now) : ([200, { Account: { Sid: account } }] as const)
    send(response, status, JSON.stringify(body))
  }

  function aboutCalls(url: URL, callSid: string, account: string, now: Instant): readonly [number, unknown] {
    const calls = scripted.calls.filter((call) => call.account === account)
    const least = Number(scripted.filtering.has(account) ? (/^gte:(\d+)s$/.exec(url.searchParams.get('Duration') ?? '')?.[1] ?? 0) : 0)
    const long = calls.filter((call) => call.endedAt - call.createdAt >= least * SECOND)
    if (callSid === '') return [200, page(url, long, now, scripted.detailed.has(account) && url.searchParams.get('details') === 'true')]
    const call = calls.find((each) => each.callSid === callSid)
    return call === undefined ? [404, { RestException: { Status: 404, Message: 'No matching results' } }] : [200, { Call: { ...rowOf(call, now), ...detailsOf(call, now) } }]
  }
}

/** Answers, and says so, as a fault does. */
export const send = (response: ServerResponse, status: number, body: string): true => {
  response.writeHead(status, { 'content-type': body.startsWith('<') ? 'text/html' : 'application/json' }).end(body)
  return true
}

/** How Exotel refuses credentials. */
export const REFUSAL = JSON.stringify({ RestException: { Status: 401, Message: 'Unauthorized' } })

const DETAILS = { ConversationDuration: 12, Leg1Status: 'completed', Leg2Status: 'completed' }

/** One page of the list, with `After` as the number of rows before it. */
const page = (url: URL, calls: readonly ScriptedCall[], now: Instant, isDetailed: boolean): object => {
  const [from, to] = [...(url.searchParams.get('DateCreated') ?? '').matchAll(/[gl]te:([\d: -]+)/g)].map(([, text]) =>
    instantOf(readVendorTime((text ?? '').trim()) as VendorTime, INDIA_UTC_OFFSET_MINUTES),
  )
  const size = Number(url.searchParams.get('PageSize'))
  const after = Number(url.searchParams.get('After') ?? 0)
  const sids = url.searchParams.get('Sid')?.split(',')
  const isAsked = (call: ScriptedCall): boolean => sids?.includes(call.callSid) !== false && call.createdAt >= (from ?? 0) && call.createdAt <= (to ?? now)
  const listed = calls.filter((call) => now >= (call.listedFrom ?? call.endedAt) && isAsked(call)).sort((a, b) => a.createdAt - b.createdAt)
  const next = new URL(url)
  next.searchParams.set('After', String(after + size))
  return {
    Metadata: { Total: listed.length, PageSize: size, NextPageUri: after + size < listed.length ? `${next.pathname}${next.search}` : null },
    Calls: listed.slice(after, after + size).map((call) => ({ ...rowOf(call, now), ...(isDetailed ? { Details: DETAILS } : {}) })),
  }
}

export const rowOf = (call: ScriptedCall, now: Instant): object => {
  const hasEnded = now >= call.endedAt
  const isWhole = now >= wholeFrom(call)
  return {
    Sid: call.callSid,
    AccountSid: call.account,
    DateCreated: formatVendorTime(call.createdAt, INDIA_UTC_OFFSET_MINUTES),
    DateUpdated: formatVendorTime(hasEnded ? call.endedAt : call.createdAt, INDIA_UTC_OFFSET_MINUTES),
    From: '09000000001',
    To: '09000000002',
    PhoneNumberSid: '08000000000',
    Status: hasEnded ? 'completed' : 'in-progress',
    StartTime: formatVendorTime(call.createdAt, INDIA_UTC_OFFSET_MINUTES),
    EndTime: isWhole ? formatVendorTime(call.endedAt, INDIA_UTC_OFFSET_MINUTES) : null,
    Duration: isWhole ? (call.endedAt - call.createdAt) / 1_000 : null,
    Price: isWhole ? (call.price ?? '0.50') : null,
    Direction: 'outbound-api',
    RecordingUrl: call.recordedFrom !== undefined && now >= call.recordedFrom ? `https://recordings.example.com/${call.callSid}.mp3` : null,
  }
}

const wholeFrom = (call: ScriptedCall): Instant => call.wholeFrom ?? call.endedAt

const detailsOf = (call: ScriptedCall, now: Instant): object =>
  call.talkSeconds === undefined ? {} : { Details: { ConversationDuration: now >= wholeFrom(call) ? call.talkSeconds : 0 } }
