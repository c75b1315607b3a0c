import { compareDecimal, compareText, isDecimal } from './decimal.ts'
import type { Field, Source } from './fact.ts'
import type { Register } from './record.ts'

/** A webhook is a claim, an API read a fact; among API reads the vendor's own time decides (docs/decisions: the merge). */
const AUTHORITY: Record<Source, number> = { webhook: 0, poll: 1, lookup: 1 }

const STATUS_RANK: Record<string, number> = { unknown: 0, queued: 0, ringing: 1, 'in-progress': 2, completed: 3, busy: 3, 'no-answer': 3, failed: 3, canceled: 3 }

/** How far along a status is; a lower one never replaces a higher one. */
export const statusRank = (status: string): number => STATUS_RANK[status] ?? 0

/** A leg goes forward as its call does; and a webhook that is told again later has a newer time and the old state. */
const RANKED: ReadonlySet<Field> = new Set(['status', 'leg1Status', 'leg2Status'])

/** Total order of claims about one field: positive when `a` wins. Zero only for identical claims, so ties cannot depend on arrival. */
export const compareRegisters = (field: Field, a: Register, b: Register): number =>
  (RANKED.has(field) ? statusRank(a.value) - statusRank(b.value) : 0) ||
  AUTHORITY[a.source] - AUTHORITY[b.source] ||
  vendorTime(a) - vendorTime(b) ||
  compareValues(a.value, b.value) ||
  compareText(a.source, b.source)

/** No time ranks below any time; a finite stand-in, since -Infinity minus itself is NaN. */
const vendorTime = (register: Register): number => register.vendorTime ?? Number.MIN_SAFE_INTEGER

/** Numbers by value and then, as every other text, by code unit. A larger price or duration is the later one: zero means "not billed yet". */
const compareValues = (a: string, b: string): number => (a === b ? 0 : (isDecimal(a) && isDecimal(b) && compareDecimal(a, b)) || compareText(a, b))
