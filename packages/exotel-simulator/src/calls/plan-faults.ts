import type { Random } from '../random.ts'
import type { SurfaceFaults, WebhookFaults } from '../webhook-faults.ts'
import { surfaceOf } from '../webhooks/webhook-surface.ts'
import type { CallKind } from './call-kind.ts'
import type { SentWebhook, WebhookFault } from './ledger-call.ts'
import { SECOND_MS } from './seconds.ts'

const DUPLICATE_AFTER_MS_MAX = 20 * SECOND_MS
/** A webhook held back behind other calls' newer ones. */
const REORDER_MS_MAX = 30 * SECOND_MS

/** What a fault's chance is asked about. */
export interface FaultSubject extends Pick<SentWebhook, 'event' | 'encoding'> {
  readonly place: number
  readonly kind: CallKind | null
  readonly byApi: boolean
}

export interface PlannedFaults {
  readonly faults: readonly WebhookFault[]
  /** How long it is held back behind what came later; meant for `reorder`. */
  readonly holdMs: number
  readonly delayMs: number
  /** From the first copy to the second; null: no second copy. */
  readonly copyMs: number | null
}

type RateName = { [Name in keyof SurfaceFaults]: SurfaceFaults[Name] extends number ? Name : never }[keyof SurfaceFaults]

const tellsOfCall = ({ event }: FaultSubject) => event.startsWith('status-callback/') || event === 'passthru'
const hasDigits = ({ event, kind, place }: FaultSubject) => event === 'passthru' && (kind === 'inbound-gather' || (kind === 'inbound-several' && place > 0))

/** In the order of their draws, which must not change: a new fault goes to the end. */
const DISTORTIONS: readonly { readonly fault: WebhookFault; readonly rate: RateName; readonly possible: (subject: FaultSubject) => boolean }[] = [
  { fault: 'recording-absent', rate: 'recordingAbsentRate', possible: tellsOfCall },
  { fault: 'case-changed', rate: 'caseChangedRate', possible: (subject) => tellsOfCall(subject) || subject.event.startsWith('popup/') },
  { fault: 'cancelled-spelling', rate: 'cancelledRate', possible: tellsOfCall },
  { fault: 'extra-fields', rate: 'extraFieldsRate', possible: () => true },
  { fault: 'legs-from-one', rate: 'legsFromOneRate', possible: (subject) => tellsOfCall(subject) && subject.encoding !== 'json' },
  { fault: 'list-rendered', rate: 'listRenderedRate', possible: ({ event }) => event.startsWith('status-callback/') },
  { fault: 'empty-body', rate: 'emptyBodyRate', possible: () => true },
  { fault: 'truncated', rate: 'truncatedRate', possible: ({ encoding }) => encoding === 'multipart' },
  { fault: 'probe', rate: 'probeRate', possible: () => true },
  { fault: 'before-response', rate: 'beforeResponseRate', possible: ({ byApi }) => byApi },
  { fault: 'quoted-digits', rate: 'quotedDigitsRate', possible: hasDigits },
]

const faultsOf = ({ surfaces, ...all }: WebhookFaults, subject: FaultSubject): SurfaceFaults => {
  const own = surfaces[surfaceOf(subject.event)]
  return own === undefined ? all : ({ ...all, ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)) } as SurfaceFaults)
}

/** Small delays are as likely as large ones. */
const delayMsOf = ({ seconds, secondsMax }: SurfaceFaults['delay'], unit: number): number => {
  const from = Math.max(seconds, 1)
  return Math.round((secondsMax === null ? seconds : from * (Math.max(secondsMax, from) / from) ** unit) * SECOND_MS)
}

/** What goes wrong with one webhook. */
export const planFaults = (all: WebhookFaults, subject: FaultSubject, chance: Random): PlannedFaults => {
  const faults = faultsOf(all, subject)
  const [drop, duplicate, delay, reorder] = [faults.dropRate, faults.duplicateRate, faults.delay.rate, faults.reorderRate].map((rate) => chance.chance(rate))
  const [holdMs, copyMs] = [chance.integer(1, REORDER_MS_MAX), chance.integer(1, DUPLICATE_AFTER_MS_MAX)]
  if (drop) return { faults: ['drop'], holdMs: 0, delayMs: 0, copyMs: null }
  const distorted = DISTORTIONS.flatMap(({ fault, rate, possible }) => (chance.chance(faults[rate]) && possible(subject) ? [fault] : []))
  const noted: WebhookFault[] = [...(duplicate ? ['duplicate' as const] : []), ...(delay ? ['delay' as const] : []), ...(reorder ? ['reorder' as const] : []), ...distorted]
  return { faults: noted, holdMs, delayMs: delay ? delayMsOf(faults.delay, chance.unit()) : 0, copyMs: duplicate ? copyMs : null }
}
