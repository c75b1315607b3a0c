/**
 * A window's certificate: written when it becomes provisional, final or amended, never rewritten, only superseded by the next one of
 * the window, which names its hash. Calls are in it by the root of their tree alone; `scope` says what it does not prove.
 */
import { z } from 'zod'
import { type CallStatus, type Field, SOURCES } from '../call/fact.ts'
import { type CallRecord, fieldOf, isVerified } from '../call/record.ts'
import { OBJECTIVES } from '../slo/objectives.ts'
import { canonicalTime, type Instant } from '../time.ts'
import type { Window } from '../window/window.ts'
import { ControlTotals, controlTotals, differenceOf } from './control-totals.ts'
import { toldDelays } from './told-delays.ts'

const Time = z.iso.datetime()
const Count = z.int().nonnegative()
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

export const CERTIFIED_STATES = ['provisional', 'final', 'amended'] as const
export type CertifiedState = (typeof CERTIFIED_STATES)[number]

export const SCOPE =
  'The calls that Rollcall held of this window equal those that Exotel listed for it, in the scans named here. Whether Exotel listed every call that was made is outside this scope.'

/** Of the certificate and of its calls' leaves: what a reader has to know to read them. */
export const CERTIFICATE_VERSION = 1

export const WindowCertificate = z.strictObject({
  type: z.literal('certificate'),
  v: z.literal(CERTIFICATE_VERSION),
  account: z.string(),
  window: z.strictObject({ from: Time, to: Time }),
  /** The zone in which Exotel's times, which name none, are read: it decides which calls are of the window. */
  utcOffsetMinutes: z.int(),
  state: z.enum(CERTIFIED_STATES),
  /** Counts the certificates of this window, from 1. */
  sequence: z.int().positive(),
  /** SHA-256 of the text of the window's certificate before, in hex; null for the first. */
  previous: Sha256.nullable(),
  at: Time,
  /** Root of the tree of its calls, sorted by CallSid; every call that we hold of the window, confirmed or not. */
  tree: z.strictObject({ root: Sha256, leaves: Count }),
  counts: z.strictObject({
    /** Only claimed by webhooks: in the tree, and in none of the totals. */
    unverified: Count,
    /** Told first by a webhook, or by the API; and by both. Of the confirmed ones. */
    webhookFirst: Count,
    apiFirst: Count,
    both: Count,
    byStatus: z.record(z.string(), Count),
  }),
  /** Of the confirmed calls. */
  totals: ControlTotals,
  /** What Exotel listed, and ours less that; null where no listing was at hand when the window moved. */
  listed: ControlTotals.nullable(),
  difference: z.strictObject({ calls: z.int(), durationSeconds: z.string(), price: z.string(), recordings: z.int() }).nullable(),
  /** After the calls' end, until we held that. */
  timeliness: z.strictObject({ known: Count, p50Ms: Count.nullable(), p99Ms: Count.nullable(), maxMs: Count.nullable(), late: Count }),
  scans: z.array(z.strictObject({ scan: z.uuid(), startedAt: Time, digest: z.string(), listed: Count, held: Count, found: Count, unresolved: Count })),
  /** What concluded this, and its settings; the commit is null where it did not know. */
  software: z.strictObject({ version: z.string(), commit: z.string().nullable(), policySha256: Sha256 }),
  /** How far Exotel's clock was ahead of ours. */
  clockSkewMs: z.int().nullable(),
  scope: z.string(),
})
export type WindowCertificate = z.infer<typeof WindowCertificate>

/** One scan that moved the window, as the certificate names it. */
export interface CertifyingScan {
  readonly scan: string
  readonly startedAt: Instant
  readonly digest: string
  readonly listed: number
  readonly held: number
  readonly found: number
  readonly unresolved: number
}

export interface Certified {
  readonly account: string
  readonly window: Window
  readonly utcOffsetMinutes: number
  readonly state: CertifiedState
  /** The window's certificate before; null where this is the first. */
  readonly previous: { readonly sequence: number; readonly sha256: string } | null
  readonly at: Instant
  /** Every call that we hold of the window. */
  readonly calls: readonly CallRecord[]
  /** Root of the tree of their leaves, in hex. */
  readonly root: string
  /** What Exotel listed of the window, a row each; null where that is not at hand. */
  readonly listed: readonly Readonly<Partial<Record<Field, string>>>[] | null
  readonly scans: readonly CertifyingScan[]
  readonly software: WindowCertificate['software']
  readonly clockSkewMs: number | null
}

export const windowCertificate = ({ account, window, utcOffsetMinutes, state, previous, at, calls, root, listed, scans, software, clockSkewMs }: Certified): WindowCertificate => {
  const confirmed = calls.filter(isVerified)
  const totals = controlTotals(confirmed.map(valuesOf))
  const theirs = listed === null ? null : controlTotals(listed)
  return {
    type: 'certificate',
    v: CERTIFICATE_VERSION,
    account,
    window: { from: canonicalTime(window.from), to: canonicalTime(window.to) },
    utcOffsetMinutes,
    state,
    sequence: (previous?.sequence ?? 0) + 1,
    previous: previous?.sha256 ?? null,
    at: canonicalTime(at),
    tree: { root, leaves: calls.length },
    counts: {
      unverified: calls.length - confirmed.length,
      webhookFirst: confirmed.filter((call) => firstSource(call) === 'webhook').length,
      apiFirst: confirmed.filter((call) => firstSource(call) === 'api').length,
      both: confirmed.filter((call) => call.firstSeen.webhook !== undefined).length,
      byStatus: countByStatus(confirmed),
    },
    totals,
    listed: theirs,
    difference: theirs === null ? null : differenceOf(totals, theirs),
    timeliness: toldDelays(confirmed, OBJECTIVES.ended.neverAboveMs),
    scans: scans.map(({ scan, startedAt, digest, listed: rows, held, found, unresolved }) => ({
      scan,
      startedAt: canonicalTime(startedAt),
      digest,
      listed: rows,
      held,
      found,
      unresolved,
    })),
    software,
    clockSkewMs,
    scope: SCOPE,
  }
}

const valuesOf = (call: CallRecord): Readonly<Partial<Record<Field, string>>> => {
  const values: Partial<Record<Field, string>> = {}
  for (const [field, register] of Object.entries(call.fields)) values[field as Field] = register.value
  return values
}

/** A confirmed call was seen by the API, so both is seen by webhook too. Where both told in the same moment, the webhook did. */
const firstSource = ({ firstSeen }: CallRecord): 'webhook' | 'api' => {
  const api = Math.min(...SOURCES.flatMap((source) => (source === 'webhook' ? [] : [firstSeen[source] ?? Number.POSITIVE_INFINITY])))
  return firstSeen.webhook !== undefined && firstSeen.webhook <= api ? 'webhook' : 'api'
}

const countByStatus = (calls: readonly CallRecord[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const call of calls) {
    const status = (fieldOf(call, 'status') ?? 'unknown') as CallStatus
    counts[status] = (counts[status] ?? 0) + 1
  }
  return counts
}
