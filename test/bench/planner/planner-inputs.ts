import { AccountConfig } from '@rollcall/contracts/accounts-file'
import { INDIA_UTC_OFFSET_MINUTES } from '@rollcall/contracts/observation'
import type { CallFacts } from '@rollcall/domain/call/fact'
import type { CallRecord } from '@rollcall/domain/call/record'
import { exponentialLengths } from '@rollcall/domain/schedule/call-lengths'
import { ALL_LANES } from '@rollcall/domain/schedule/lane'
import type { Standing } from '@rollcall/domain/schedule/plan'
import { NOTHING_SPENT } from '@rollcall/domain/schedule/turns'
import type { WindowProgress } from '@rollcall/domain/schedule/window-progress'
import { type Instant, MINUTE, SECOND } from '@rollcall/domain/time'
import { WINDOW_MS, windowAt } from '@rollcall/domain/window/window'
import type { ApiRow } from '@rollcall/exotel/client/api-row'
import { readApiRow } from '@rollcall/exotel/client/api-row'

export const ACCOUNT = AccountConfig.parse({ sid: 'acme', cluster: 'mumbai', apiKeyFile: 'key', apiTokenFile: 'token', webhookSecretFiles: ['secret'] })
export const WINDOWS = 10_000
const CHASES = 50_000
export const CALLS = 5_000

const NOW = Date.UTC(2026, 6, 1, 12, 4)
/** Of 15 calls a second. */
const CALLS_PER_WINDOW = 4_500

const window = (nth: number) => {
  const { from } = windowAt(NOW - nth * WINDOW_MS)
  return { from, to: from + WINDOW_MS }
}
/** Scanned so many times, so long after its end. */
const progress = (nth: number, ...scannedAfter: readonly number[]): WindowProgress => {
  const scans = scannedAfter.map((after) => ({ startedAt: window(nth).to + after })).filter(({ startedAt }) => startedAt <= NOW)
  return { window: window(nth), state: { state: 'settling' }, scans, listed: scans.length > 0 ? CALLS_PER_WINDOW : null }
}
const standingOf = (of: (nth: number) => WindowProgress, filters: boolean): Standing => ({
  now: NOW,
  lanes: ALL_LANES,
  windows: Array.from({ length: WINDOWS }, (_, nth) => of(WINDOWS - 1 - nth)),
  sweep: { filters, looks: new Map(Array.from({ length: 50 }, (_, nth) => [window(nth + 2).from, NOW - 6 * MINUTE])), lengths: exponentialLengths(2 * MINUTE) },
  ageing: [],
  perMinute: 50,
  spent: NOTHING_SPENT,
  spareTurn: 0,
})
const TRAILED = [-2 * MINUTE, MINUTE, 4 * MINUTE]

export const STANDINGS: readonly { readonly name: string; readonly standing: Standing }[] = [
  { name: 'after an outage of a month', standing: standingOf((nth) => progress(nth), true) },
  { name: 'none of which will close', standing: standingOf((nth) => progress(nth, ...TRAILED, 250 * MINUTE, 260 * MINUTE), true) },
  { name: 'none of which will close, without the filter', standing: standingOf((nth) => progress(nth, ...TRAILED, 250 * MINUTE, 260 * MINUTE), false) },
]

/** Open calls, of which a part is due. */
export const openChases = (): readonly { readonly since: Instant; readonly askedAt: Instant | null }[] =>
  Array.from({ length: CHASES }, (_, nth) => ({ since: NOW - nth * SECOND, askedAt: nth % 3 === 0 ? null : NOW - (nth % 600) * SECOND }))

export const listedRows = (): readonly ApiRow[] =>
  Array.from({ length: CALLS }, (_, nth) => {
    const second = String(Math.floor((nth * 300) / CALLS) % 60).padStart(2, '0')
    const at = `2026-07-01 17:3${Math.floor((nth * 5) / CALLS)}:${second}`
    const row = { Sid: `call-${nth}`, AccountSid: 'acme', DateCreated: at, DateUpdated: at, StartTime: at, EndTime: at, Duration: nth % 300, Price: '0.50', Status: 'completed' }
    const more = { From: `0900${String(nth).padStart(7, '0')}`, To: '08000000000', PhoneNumberSid: '08000000000', Direction: 'outbound-api', RecordingUrl: '' }
    const context = { account: 'acme', surface: 'call-list', receivedAt: NOW, utcOffsetMinutes: INDIA_UTC_OFFSET_MINUTES } as const
    return readApiRow(Buffer.from(JSON.stringify({ ...row, ...more })), context)
  })

/** What Rollcall may hold of them. */
export const heldCalls = (rows: readonly ApiRow[], recordOf: (facts: CallFacts) => CallRecord): readonly { readonly name: string; readonly held: readonly CallRecord[] }[] => [
  { name: 'all of them held', held: rows.map((row) => recordOf(row.facts)) },
  { name: 'none of them held', held: [] },
]
