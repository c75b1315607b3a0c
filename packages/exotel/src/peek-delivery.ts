import type { Surface } from '@rollcall/contracts/observation'
import { type BodyKind, bodyKind } from './body/body-kind.ts'
import { type HasName, recogniseSurface } from './surface/shape.ts'
import { meaningfulText } from './words/meaningful-text.ts'

export interface PeekedDelivery {
  readonly method: string
  readonly query: string | null
  readonly contentType: string | null
  readonly body: Uint8Array
  /** As named in the callback URL; null where it was not. */
  readonly surface: Surface | null
}

const CALL_SID = /^[\x21-\x7e]{1,64}$/

/** Names beyond this many bytes of a body say nothing more about its surface. */
const NAMES_BYTES_MAX = 64 * 1024
/** Longest name, header lines and value between the name and the end of its value. */
const WINDOW_BYTES = 512
const BEFORE_BYTES = 8
/** A body that says the name more often than this is not Exotel's. */
const OCCURRENCES_MAX = 16

/**
 * What must be known before the log: the surface, and the call for the record's key. Looks at the bytes and parses nothing;
 * never throws. A Sid it cannot find, or of more than 64 characters, is null: the record is then keyed by its surface, and nothing is lost.
 */
export const peekDelivery = (delivery: PeekedDelivery): { surface: Surface; callSid: string | null } => {
  const body = Buffer.from(delivery.body.buffer, delivery.body.byteOffset, delivery.body.byteLength)
  const kind = bodyKind(delivery.contentType, body)
  const bytes = kind === 'empty' ? Buffer.from(delivery.query ?? '') : body
  const encoding = kind === 'empty' ? 'urlencoded' : kind
  if (encoding === 'markup') return { surface: delivery.surface ?? 'unrecognised', callSid: null }
  return { surface: delivery.surface ?? recogniseSurface(hasNameAmong(encoding, bytes)), callSid: callSidIn(encoding, bytes) }
}

type Encoding = Exclude<BodyKind, 'empty' | 'markup'>

/** How a name stands in each encoding: what must come before it, and what must follow, with the value. */
const spellingsOf = (name: string) => ({
  urlencoded: { before: /^\s*$|&$/, after: new RegExp(`^${name}=([^&]*)`) },
  json: { before: /(?:^|[^\\])"$/, after: new RegExp(`^${name}"\\s*:\\s*\\[?\\s*"([^"\\\\]*)"`) },
  multipart: { before: /[ \t;]name="?$/, after: new RegExp(`^${name}(?:[" \\t;][^\\r\\n]*)?\\r\\n(?:[^\\r\\n]+\\r\\n)*\\r\\n([^\\r\\n]*)\\r\\n`) },
})

/** What surfaces call the call's Sid: applets and callbacks; campaigns, ExoML and v2; the posted `{"Call": {"Sid"}}`; v3. The first that is there counts. */
const NAMES = ['CallSid', 'call_sid', 'Sid', 'sid'].map((name) => ({ name, spellings: spellingsOf(name), lone: name.toLowerCase() === 'sid' }))

/** A Sid by its bare name is a call's only in these. */
const BARE_SID_HOLDERS = ['call_details', '"Call"', 'virtual_number']

const callSidIn = (encoding: Encoding, bytes: Buffer): string | null => {
  for (const { name, spellings, lone } of NAMES) {
    if (lone && !BARE_SID_HOLDERS.some((holder) => bytes.includes(holder))) return null
    const sid = valueBeside(name, spellings[encoding], encoding, bytes)
    if (sid !== null) return valid(sid)
  }
  return null
}

/** The value beside the first occurrence of the name; bounded work however long the body is. */
const valueBeside = (name: string, { before, after }: { before: RegExp; after: RegExp }, encoding: Encoding, bytes: Buffer): string | null => {
  let at = bytes.indexOf(name)
  for (let tried = 0; at !== -1 && tried < OCCURRENCES_MAX; tried += 1) {
    const match = before.test(bytes.toString('latin1', Math.max(0, at - BEFORE_BYTES), at)) ? after.exec(bytes.toString('latin1', at, at + WINDOW_BYTES)) : null
    if (match !== null) return encoding === 'urlencoded' ? unescaped(match[1] ?? '') : (match[1] ?? '')
    at = bytes.indexOf(name, at + name.length)
  }
  return null
}

const valid = (text: string): string | null => {
  const sid = meaningfulText(text) ?? ''
  return CALL_SID.test(sid) ? sid : null
}

const unescaped = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return ''
  }
}

const NAME_PATTERNS = { json: /"(\w{1,64})"\s*:/g, multipart: /[ ;]name="?(\w{1,64})/g, urlencoded: /(?:^|[&\s])(\w{1,64})=/g } as const

const hasNameAmong = (encoding: Encoding, bytes: Buffer): HasName => {
  const text = bytes.toString('latin1', 0, NAMES_BYTES_MAX)
  const names = new Set([...text.matchAll(NAME_PATTERNS[encoding])].map((match) => match[1] ?? ''))
  return (name) => names.has(name)
}
