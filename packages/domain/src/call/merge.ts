import type { Instant } from '../time.ts'
import { type CallFacts, FIELDS, type Field, SOURCES, type Source, TERMINAL_STATUSES } from './fact.ts'
import { type CallRecord, MILESTONES, type Milestone, type Register, type Spread } from './record.ts'
import { compareRegisters } from './register-order.ts'
import { comparableOf, joinSpreads, SPREAD_FIELDS } from './spread.ts'

/** What one observation says, as a record of its own. */
export const recordOf = (facts: CallFacts): CallRecord => {
  const fields: Partial<Record<Field, Register>> = {}
  for (const field of FIELDS) {
    const value = facts.values[field]
    if (value !== undefined) fields[field] = { value, source: facts.source, vendorTime: facts.vendorTime }
  }
  const spreads: Partial<Record<Field, Spread>> = {}
  for (const field of SPREAD_FIELDS) {
    const value = facts.values[field]
    const comparable = value === undefined ? null : comparableOf(field, value)
    if (comparable !== null) spreads[field] = { low: comparable, high: comparable }
  }
  return {
    account: facts.account,
    callSid: facts.callSid,
    fields,
    spreads,
    firstSeen: { [facts.source]: facts.receivedAt },
    events: facts.event === null ? {} : { [facts.event]: facts.receivedAt },
    told: toldBy(facts),
  }
}

const TERMINAL: ReadonlySet<string> = new Set(TERMINAL_STATUSES)

const toldBy = ({ source, receivedAt, values: { status, recordingUrl } }: CallFacts): CallRecord['told'] => ({
  ...(status !== undefined && TERMINAL.has(status) ? { ended: { [source]: receivedAt } } : {}),
  ...(recordingUrl === undefined ? {} : { recorded: { [source]: receivedAt } }),
})

/**
 * The least record that holds both: commutative, associative, idempotent (design, law 4). Returns `a` itself when `b` says nothing
 * new, so `join(ours, theirs) === ours` asks whether anything was learned. Throws RangeError when the two are different calls.
 */
export const join = (a: CallRecord, b: CallRecord): CallRecord => {
  if (a.account !== b.account || a.callSid !== b.callSid) throw new RangeError(`join needs two records of one call, got ${a.account}|${a.callSid} and ${b.account}|${b.callSid}`)
  const fields = joinMaps(a.fields, b.fields, FIELDS, (mine, theirs, field) => (compareRegisters(field, theirs, mine) > 0 ? theirs : mine))
  const spreads = joinMaps(a.spreads, b.spreads, SPREAD_FIELDS, joinSpreads)
  const firstSeen = joinMaps<Source, Instant>(a.firstSeen, b.firstSeen, SOURCES, earlier)
  const events = joinMaps<string, Instant>(a.events, b.events, Object.keys(b.events), earlier)
  const told = joinMaps<Milestone, Readonly<Partial<Record<Source, Instant>>>>(a.told, b.told, MILESTONES, (mine, theirs) => joinMaps(mine, theirs, SOURCES, earlier))
  if (fields === a.fields && spreads === a.spreads && firstSeen === a.firstSeen && events === a.events && told === a.told) return a
  return { account: a.account, callSid: a.callSid, fields, spreads, firstSeen, events: events as Readonly<Record<string, Instant>>, told }
}

/** `join(known, recordOf(facts))`, without making a record of what says nothing new: most of what a call is told is a repetition. */
export const learn = (known: CallRecord, facts: CallFacts): CallRecord => {
  if (known.account !== facts.account || known.callSid !== facts.callSid) return join(known, recordOf(facts))
  const { source, receivedAt, event } = facts
  const fields = learnFields(known.fields, facts)
  const spreads = learnSpreads(known, facts)
  const firstSeen = earliest(known.firstSeen, source, receivedAt)
  const events = event === null ? known.events : (earliest(known.events, event, receivedAt) as Readonly<Record<string, Instant>>)
  const told = joinMaps<Milestone, Readonly<Partial<Record<Source, Instant>>>>(known.told, toldBy(facts), MILESTONES, (mine) => earliest(mine, source, receivedAt))
  if (fields === known.fields && spreads === known.spreads && firstSeen === known.firstSeen && events === known.events && told === known.told) return known
  return { account: known.account, callSid: known.callSid, fields, spreads, firstSeen, events, told }
}

const learnFields = (known: CallRecord['fields'], { source, vendorTime, values }: CallFacts): CallRecord['fields'] => {
  let learned: Partial<Record<Field, Register>> | null = null
  for (const field of FIELDS) {
    const value = values[field]
    if (value === undefined) continue
    const mine = known[field]
    if (mine !== undefined && mine.value === value && mine.source === source && mine.vendorTime === vendorTime) continue
    const theirs: Register = { value, source, vendorTime }
    if (mine !== undefined && compareRegisters(field, theirs, mine) <= 0) continue
    learned ??= { ...known }
    learned[field] = theirs
  }
  return learned ?? known
}

const learnSpreads = ({ fields, spreads }: CallRecord, { values }: CallFacts): CallRecord['spreads'] => {
  let learned: Partial<Record<Field, Spread>> | null = null
  for (const field of SPREAD_FIELDS) {
    const value = values[field]
    // What a field is, its spread holds already.
    if (value === undefined || value === fields[field]?.value) continue
    const comparable = comparableOf(field, value)
    if (comparable === null) continue
    const mine = spreads[field]
    const spread = joinSpreads(mine, { low: comparable, high: comparable })
    if (spread === mine) continue
    learned ??= { ...spreads }
    learned[field] = spread
  }
  return learned ?? spreads
}

const earliest = <K extends string>(known: Readonly<Partial<Record<K, Instant>>>, key: K, at: Instant): Readonly<Partial<Record<K, Instant>>> => {
  const mine = known[key]
  return mine !== undefined && earlier(mine, at) === mine ? known : { ...known, [key]: at }
}

/** Facts in any order, any number of times, give the same call record. Null when there is neither a record nor a fact. */
export const merge = (record: CallRecord | null, facts: readonly CallFacts[]): CallRecord | null =>
  facts.reduce<CallRecord | null>((known, fact) => (known === null ? recordOf(fact) : learn(known, fact)), record)

const earlier = (a: Instant, b: Instant): Instant => Math.min(a, b)

/** Pointwise join of two maps; the first map itself when the second adds nothing. */
const joinMaps = <K extends string, V>(
  a: Readonly<Partial<Record<K, V>>>,
  b: Readonly<Partial<Record<K, V>>>,
  keys: readonly K[],
  joinValues: (mine: V, theirs: V, key: K) => V,
): Readonly<Partial<Record<K, V>>> => {
  let joined: Partial<Record<K, V>> | null = null
  for (const key of keys) {
    const theirs = b[key]
    if (theirs === undefined) continue
    const mine = a[key]
    const value = mine === undefined ? theirs : joinValues(mine, theirs, key)
    if (value === mine) continue
    joined ??= { ...a }
    joined[key] = value
  }
  return joined ?? a
}
