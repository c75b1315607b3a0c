/**
 * What an account's list takes beyond what is documented for it, or documented but not seen (contract §7): asked of the list itself, with a
 * call that it has just shown. One that is refused and one that is ignored are the same to us: not taken.
 */
import type { Field } from '@rollcall/domain/call/fact'
import { SECOND } from '@rollcall/domain/time'
import type { ApiRow } from './api-row.ts'
import { ExotelError } from './exotel-error.ts'
import { listUrl } from './list-url.ts'
import type { GetOptions, Requester } from './requester.ts'

/**
 * details              → `details=true` gives each row its Details: talk time and legs, which otherwise cost a lookup for each call
 * duration             → `Duration=gte:…` keeps only calls that lasted so long
 * recordingUrlValidity → rows have a PreSignedRecordingUrl, a feature of the account
 */
export const LIST_FEATURES = ['details', 'duration', 'recordingUrlValidity'] as const
/** What a row tells only where the account's list gives details: which of two readings has it says nothing of the call. */
export const DETAIL_FIELDS: ReadonlySet<Field> = new Set<Field>(['conversationSeconds', 'leg1Status', 'leg2Status', 'leg1Seconds', 'leg2Seconds'])
export type ListFeature = (typeof LIST_FEATURES)[number]

/** Absent where it is not known yet: nobody asked, or no call was there to tell by. */
export type ListFeatures = Readonly<Partial<Record<ListFeature, boolean>>>

export interface ListQuestioner {
  readonly account: string
  readonly baseUrl: string
  readonly utcOffsetMinutes: number
  readonly requester: Requester
  readonly pageRowsMax: number
}

/** Asks for what is not known, as far as the listed calls allow; answers what is known then. Stops at the first failure, keeping what it has learnt. */
export const askListFeatures = async (questioner: ListQuestioner, listed: readonly ApiRow[], known: ListFeatures, options: GetOptions): Promise<ListFeatures> => {
  const learnt: Partial<Record<ListFeature, boolean>> = { ...known }
  for (const feature of LIST_FEATURES) {
    const sample = listed.find(SUITS[feature])
    if (known[feature] !== undefined || sample === undefined) continue
    try {
      const taken = await QUESTIONS[feature]((parameters) => listOne(questioner, sample, parameters, options), sample)
      if (taken !== null) learnt[feature] = taken
    } catch (error) {
      if (error instanceof ExotelError) return learnt
      throw error
    }
  }
  return learnt
}

/** The sample as the list shows it with such parameters; `hidden` where it does not show it, `refused` where it does not take them. */
type Shown = { readonly row: Readonly<Record<string, unknown>> } | 'hidden' | 'refused'
type Lister = (parameters: Readonly<Record<string, string>>) => Promise<Shown>

const secondsOf = (sample: ApiRow): number => Math.floor(Number(sample.facts.values.durationSeconds ?? 0))

/** Which calls can tell. */
const SUITS: Readonly<Record<ListFeature, (row: ApiRow) => boolean>> = {
  details: () => true,
  duration: (row) => secondsOf(row) >= 1,
  recordingUrlValidity: (row) => row.facts.values.recordingUrl !== undefined,
}

/** Null where the answer does not tell. */
const QUESTIONS: Readonly<Record<ListFeature, (list: Lister, sample: ApiRow) => Promise<boolean | null>>> = {
  details: async (list) => {
    const shown = await list({ details: 'true' })
    return typeof shown === 'string' ? ifRefused(shown) : typeof shown.row.Details === 'object' && shown.row.Details !== null
  },
  // A filter that is ignored shows the call in both answers, one that hides everything in neither.
  duration: async (list, sample) => {
    const longer = await list({ Duration: `gte:${secondsOf(sample) + 1}s` })
    if (longer !== 'hidden') return false
    return typeof (await list({ Duration: `gte:${secondsOf(sample)}s` })) === 'object'
  },
  recordingUrlValidity: async (list) => {
    const shown = await list({ RecordingUrlValidity: '5' })
    return typeof shown === 'string' ? ifRefused(shown) : typeof shown.row.PreSignedRecordingUrl === 'string' && shown.row.PreSignedRecordingUrl !== ''
  },
}

const ifRefused = (shown: 'hidden' | 'refused'): false | null => (shown === 'refused' ? false : null)

const listOne = async (
  { account, baseUrl, utcOffsetMinutes, requester, pageRowsMax }: ListQuestioner,
  sample: ApiRow,
  parameters: Readonly<Record<string, string>>,
  options: GetOptions,
): Promise<Shown> => {
  const url = listUrl(baseUrl, account, { from: sample.createdAt, to: sample.createdAt + SECOND }, { utcOffsetMinutes, pageSize: pageRowsMax })
  url.searchParams.set('Sid', sample.callSid)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  try {
    const { answer } = await requester.get('calls', url, options)
    const rows = answer.kind === 'object' && Array.isArray(answer.value.Calls) ? (answer.value.Calls as unknown[]) : []
    const row = rows.find((each): each is Readonly<Record<string, unknown>> => typeof each === 'object' && each !== null && 'Sid' in each && each.Sid === sample.callSid)
    return row === undefined ? 'hidden' : { row }
  } catch (error) {
    if (error instanceof ExotelError && error.kind === 'rejected') return 'refused'
    throw error
  }
}
