import { maskText } from '@rollcall/domain/privacy/mask-text'
import type { Instant } from '@rollcall/domain/time'
import type { DeadLetter } from '@rollcall/store/quarantine/read-dead-letter'
import { letterId } from './letter-id.ts'
import { type ReadToday, readToday } from './read-today.ts'

/** What `quarantine show` tells; with --json, exactly this. */
export interface LetterView {
  readonly id: string
  readonly receivedAt: Instant
  readonly account: string | null
  readonly surface: string | null
  readonly reason: string
  readonly today: ReadToday
  /** Values that may be personal are masked unless revealed. */
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: number
  readonly revealed: boolean
  /** All of it where it is revealed; null where it is not. */
  readonly payloadBase64: string | null
}

/** What Rollcall itself writes about a delivery. The query is the sender's, and so is everything of a foreign record. */
const OURS: ReadonlySet<string> = new Set([
  'ce_specversion',
  'ce_id',
  'ce_type',
  'ce_source',
  'ce_subject',
  'ce_time',
  'ce_account',
  'ce_surface',
  'ce_method',
  'ce_sha256',
  'ce_scanid',
  'ce_leaseepoch',
  'content-type',
  'traceparent',
])

/** Pure. */
export const letterView = (letter: DeadLetter, reveal: boolean): LetterView => ({
  id: letterId(letter),
  receivedAt: letter.receivedAt,
  account: letter.account,
  surface: letter.surface,
  reason: letter.reason,
  today: readToday(letter),
  headers: Object.fromEntries(Object.entries(letter.headers).map(([name, value]) => [name, reveal || OURS.has(name) ? value : maskText(value)])),
  bytes: letter.payload.length,
  revealed: reveal,
  payloadBase64: reveal ? letter.payload.toString('base64') : null,
})
