/**
 * What a certificate says of one call: everything that is checked and added up in the open, and of everything personal a commitment, which
 * shows to whoever is given the value and the salt that it was this one, and to nobody else anything. The salt deleted, the
 * commitment belongs to nobody any more, and the leaf still verifies.
 */
import { z } from 'zod'
import { type Field, SOURCES } from '../call/fact.ts'
import { type CallRecord, fieldOf, isVerified } from '../call/record.ts'
import { canonicalState } from '../call/state.ts'
import { canonicalTime } from '../time.ts'
import { canonicalJson } from './canonical-json.ts'

/** Fields in the open. */
const OPEN_FIELDS = [
  'status',
  'direction',
  'createdAt',
  'startedAt',
  'endedAt',
  'durationSeconds',
  'conversationSeconds',
  'price',
  'leg1Status',
  'leg2Status',
  'leg1Seconds',
  'leg2Seconds',
  'parentCallSid',
] as const satisfies readonly Field[]

/** Fields that are personal, or may be. */
export const COMMITTED_FIELDS = ['from', 'to', 'exophone', 'answeredBy', 'recordingUrl', 'customField', 'forwardedFrom', 'callerName'] as const satisfies readonly Field[]

// A field that is in neither list would be certified by nobody: this line would not compile.
type Uncertified = Exclude<Field, (typeof OPEN_FIELDS)[number] | (typeof COMMITTED_FIELDS)[number]>
const _everyFieldIsCertified: Uncertified extends never ? true : never = true
void _everyFieldIsCertified

/** Of the whole record, as `canonicalState` writes it: it holds the numbers, so a plain digest of it could be guessed. */
export const STATE_COMMITMENT = 'state'
export type Committed = (typeof COMMITTED_FIELDS)[number] | typeof STATE_COMMITMENT

const Hex = z.string().regex(/^[0-9a-f]{64}$/)

/** A leaf of a window's tree, as a reader finds it. */
export const CallLeaf = z.strictObject({
  account: z.string(),
  callSid: z.string(),
  /** An authenticated read of the API contained the call. */
  verified: z.boolean(),
  /** We hold a reference to its recording, which itself is committed to. */
  recorded: z.boolean(),
  /** When each source first told of it. */
  firstSeen: z.partialRecord(z.enum(SOURCES), z.iso.datetime()),
  fields: z.partialRecord(z.enum(OPEN_FIELDS), z.string()),
  /** HMAC-SHA256 of `<name> NUL <value>` under the call's salt, in hex; null when the salt was deleted. */
  commitments: z.partialRecord(z.enum([...COMMITTED_FIELDS, STATE_COMMITMENT]), Hex).nullable(),
})
export type CallLeaf = z.infer<typeof CallLeaf>

const Keyed = z.object({ callSid: z.string() })

/** What a window's leaves are sorted by, read out of the leaf's own text. */
export const leafKey = (leaf: string): string => Keyed.parse(JSON.parse(leaf)).callSid

/** Commits to a value; the salt is in its closure. */
export type Commit = (name: Committed, value: string) => string

/** The leaf's text. @param commit null: the call's salt was deleted */
export const callLeaf = (record: CallRecord, commit: Commit | null): string => {
  const committed = (field: (typeof COMMITTED_FIELDS)[number]): string | undefined => {
    const value = fieldOf(record, field)
    return value === null || commit === null ? undefined : commit(field, value)
  }
  const commitments = commit === null ? null : { ...of(COMMITTED_FIELDS, committed), [STATE_COMMITMENT]: commit(STATE_COMMITMENT, canonicalState(record)) }
  return canonicalJson({
    account: record.account,
    callSid: record.callSid,
    verified: isVerified(record),
    recorded: fieldOf(record, 'recordingUrl') !== null,
    firstSeen: of(SOURCES, (source) => {
      const at = record.firstSeen[source]
      return at === undefined ? undefined : canonicalTime(at)
    }),
    fields: of(OPEN_FIELDS, (field) => fieldOf(record, field) ?? undefined),
    commitments,
  } satisfies CallLeaf)
}

const of = <K extends string>(names: readonly K[], value: (name: K) => string | undefined): Partial<Record<K, string>> => {
  const given: Partial<Record<K, string>> = {}
  for (const name of names) {
    const text = value(name)
    if (text !== undefined) given[name] = text
  }
  return given
}
