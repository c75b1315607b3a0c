import type { Surface } from '@rollcall/contracts/observation'
import { type BodyKind, bodyKind } from './body/body-kind.ts'
import { recogniseSurface } from './surface/recognise-surface.ts'

export interface PeekedDelivery {
  readonly method: string
  readonly query: string | null
  readonly contentType: string | null
  readonly body: Uint8Array
  /** As named in the callback URL; null where it was not. */
  readonly surface: Surface | null
}

const NAME = 'CallSid'
const CALL_SID = /^[\x21-\x7e]{1,64}$/

/** Names beyond this many bytes of a body say nothing more about its surface. */
const NAMES_BYTES_MAX = 64 * 1024
/** Longest name, header lines and value between the word `CallSid` and the end of its value. */
const WINDOW_BYTES = 512
const BEFORE_BYTES = 8
/** A body that says `CallSid` more often than this is not Exotel's. */
const OCCURRENCES_MAX = 16

/**
 * What must be known before the log: the surface, and the call for the record's key. Looks at the bytes and parses nothing;
 * never throws. A Sid it cannot find, or of more than 64 characters, is null: the record is then keyed by its surface, and nothing is lost.
 */
export const peekDelivery = (delivery: PeekedDelivery): { surface: Surface; callSid: string | null } => {
  const body = Buffer.from(delivery.body.buffer, delivery.body.byteOffset, delivery.body.byteLength)
  const kind = bodyKind(delivery.contentType, body)
  return { surface: delivery.surface ?? recogniseSurface(namesIn(kind, body, delivery.query)), callSid: callSidIn(kind, body, delivery.query) }
}

const callSidIn = (kind: BodyKind, body: Buffer, query: string | null): string | null => {
  switch (kind) {
    case 'empty':
      return sidIn(Buffer.from(query ?? ''), 'urlencoded')
    case 'urlencoded':
    case 'json':
    case 'multipart':
      return sidIn(body, kind)
    case 'markup':
      return null
    default:
      return kind satisfies never
  }
}

/** How the name stands in each encoding: what must come before it, and what must follow, with the value. */
const SPELLINGS = {
  urlencoded: { before: /^\s*$|&$/, after: /^CallSid=([^&]*)/ },
  json: { before: /(?:^|[^\\])"$/, after: /^CallSid"\s*:\s*"([^"\\]*)"/ },
  multipart: { before: /[ \t;]name="?$/, after: /^CallSid(?:[" \t;][^\r\n]*)?\r\n(?:[^\r\n]+\r\n)*\r\n([^\r\n]*)\r\n/ },
} as const

/** The value beside the first occurrence of the name; bounded work however long the body is. */
const sidIn = (bytes: Buffer, encoding: keyof typeof SPELLINGS): string | null => {
  const { before, after } = SPELLINGS[encoding]
  let at = bytes.indexOf(NAME)
  for (let tried = 0; at !== -1 && tried < OCCURRENCES_MAX; tried += 1) {
    const match = before.test(bytes.toString('latin1', Math.max(0, at - BEFORE_BYTES), at)) ? after.exec(bytes.toString('latin1', at, at + WINDOW_BYTES)) : null
    if (match !== null) return valid(encoding === 'urlencoded' ? unescaped(match[1] ?? '') : (match[1] ?? ''))
    at = bytes.indexOf(NAME, at + NAME.length)
  }
  return null
}

const valid = (text: string): string | null => {
  const sid = text.trim()
  return CALL_SID.test(sid) && sid !== 'null' ? sid : null
}

const unescaped = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return ''
  }
}

const NAME_PATTERNS = { json: /"(\w{1,64})"\s*:/g, multipart: /[ ;]name="?(\w{1,64})/g, urlencoded: /(?:^|[&\s])(\w{1,64})=/g } as const

const namesIn = (kind: BodyKind, body: Buffer, query: string | null): ReadonlySet<string> => {
  if (kind === 'markup') return new Set()
  const text = kind === 'empty' ? (query ?? '') : body.toString('latin1', 0, NAMES_BYTES_MAX)
  return new Set([...text.matchAll(NAME_PATTERNS[kind === 'empty' ? 'urlencoded' : kind])].map((match) => match[1] ?? ''))
}
