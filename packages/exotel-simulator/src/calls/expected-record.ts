import type { CallTruth, LedgerCall, LedgerWebhook } from './ledger-call.ts'

const LISTED = [
  'status',
  'direction',
  'from',
  'to',
  'exophone',
  'createdAt',
  'startedAt',
  'endedAt',
  'durationSeconds',
  'price',
  'recordingUrl',
  'parentCallSid',
] as const satisfies (keyof CallTruth)[]
const DETAILED = ['conversationSeconds', 'leg1Status', 'leg2Status', 'leg1Seconds', 'leg2Seconds'] as const satisfies (keyof CallTruth)[]

/**
 * What a record of the call should hold from `visible.settledFrom` on, once the API has been read and the webhooks that arrived were
 * understood. The rest of the truth may be held too, and must then be as in the ledger.
 */
export interface ExpectedRecord {
  /** By the list; null: the list never has the call. */
  readonly listed: Pick<CallTruth, (typeof LISTED)[number]> | null
  /** By the single call with details=true, and by a full terminal callback. */
  readonly detailed: Pick<CallTruth, (typeof DETAILED)[number]>
  /** By webhooks alone; undefined: none that told it arrived whole. */
  readonly customField: string | null | undefined
}

const pick = <Key extends keyof CallTruth>(truth: CallTruth, keys: readonly Key[]) => Object.fromEntries(keys.map((key) => [key, truth[key]])) as Pick<CallTruth, Key>

export const expectedRecord = ({ truth, visible, webhooks }: LedgerCall): ExpectedRecord => ({
  listed: visible.listedFrom === null ? null : pick(truth, LISTED),
  detailed: pick(truth, DETAILED),
  customField: webhooks.some(tellsCustomField) ? truth.customField : undefined,
})

const TELLING: ReadonlySet<string> = new Set(['status-callback/terminal', 'voice-v3/terminal'])

const tellsCustomField = (webhook: LedgerWebhook): boolean => TELLING.has(webhook.event) && hasArrived(webhook) && isWhole(webhook)

/** Well received, in either copy: this one the receiver must hold. */
export const hasArrived = ({ outcome, duplicateOutcome }: Pick<LedgerWebhook, 'outcome' | 'duplicateOutcome'>): boolean =>
  outcome === 'delivered' || duplicateOutcome === 'delivered'

/** Its body came to its end. */
export const isWhole = ({ faults }: Pick<LedgerWebhook, 'faults'>): boolean => !faults.includes('empty-body') && !faults.includes('truncated')
