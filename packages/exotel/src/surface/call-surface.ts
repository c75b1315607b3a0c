/**
 * A surface that speaks of one call is a table: its schema, and for every fact where it may stand. Reading a fact, telling which
 * parameter it came from and reporting a word that is new to us are three uses of that one table, so they cannot disagree.
 */
import type { Observation } from '@rollcall/contracts/observation'
import type { CallFacts, Field, Source } from '@rollcall/domain/call/fact'
import type { z } from 'zod'
import { UNKNOWN } from '../words/enumeration.ts'
import { canonicalTimeOf, instantOf, type VendorTime } from '../words/vendor-time.ts'
import { buildFacts } from './build-facts.ts'
import { type Fault, parseWith } from './parse-with.ts'
import { type ReadException, unknownValue, unreadableValue } from './read-exception.ts'
import { type Path, type RequestParameter, requestParameter } from './request-parameter.ts'

/** A parameter by name, dotted where it nests: `Status`, `Legs.0.Status`. */
type Place<S> = (keyof S & string) | `${keyof S & string}.${string}`

/** The places a fact may stand, best first; or, where that depends on the rest, the one place for this request. */
type Places<S> = Place<S> | readonly Place<S>[] | ((said: S) => Place<S> | null)

export interface CallTable<S> {
  readonly schema: z.ZodType<S>
  /** Where the surface's parameters stand, if not at the top: the first of these that leads to an object. */
  readonly wrappers?: readonly Path[]
  readonly callSid: Places<S>
  readonly accountSid?: Places<S>
  /** `webhook` unless said otherwise. */
  readonly source?: (context: ReadContext) => Source
  readonly vendorTime: Places<S>
  /** Null for what is no webhook. */
  readonly event: (said: S, context: ReadContext) => string | null
  readonly facts: { readonly [F in Field]?: Places<S> }
  /** Facts that are placeholders while the call goes on, whichever of their many forms they take. */
  readonly placeholders?: { readonly whenever: (said: S) => boolean; readonly facts: readonly Field[] }
  /** Words of closed lists that are no facts themselves; a new one is reported like those that are. */
  readonly words?: readonly Place<S>[]
}

export type ReadContext = Pick<Observation, 'account' | 'receivedAt' | 'surface' | 'utcOffsetMinutes'>
export type Parameters = Readonly<Record<string, unknown>>

/** A fact and the parameter of the request that it was read from. */
export interface Provenance extends RequestParameter {
  readonly field: Field
  readonly value: string
}

/** What a parameter is read for, beside facts: whose call it is, when Exotel said it, and which webhook it was. */
export type Use = 'callSid' | 'accountSid' | 'vendorTime' | 'event'

export interface CallExplanation {
  readonly facts: readonly Provenance[]
  readonly uses: readonly (RequestParameter & { readonly use: Use })[]
  /** What could not be read, and what is needed there. */
  readonly faults: readonly (RequestParameter & { readonly needed: string })[]
}

export interface CallSurface {
  /** Throws UnreadableError. */
  readonly read: (context: ReadContext, parameters: Parameters) => { readonly facts: CallFacts; readonly exceptions: readonly ReadException[] }
  /** Of a delivery without a call, too. Throws UnreadableError where what names the call or the account cannot be read. */
  readonly explain: (context: Pick<ReadContext, 'utcOffsetMinutes'>, parameters: Parameters) => CallExplanation
}

/** Facts whose values come from closed lists. */
const LISTED = ['status', 'direction', 'leg1Status', 'leg2Status', 'answeredBy'] as const satisfies readonly Field[]

export const callSurface = <S>(table: CallTable<S>): CallSurface => {
  const facts = Object.entries(table.facts).map(([field, places]) => ({ field: field as Field, locate: locator(places as Places<S>) }))
  const locators = new Map(facts.map(({ field, locate }) => [field, locate]))
  const [callSid, vendorTime, accountSid] = [locator(table.callSid), locator(table.vendorTime), locator(table.accountSid ?? (() => null))]
  const callSidName = [table.callSid].flat().join(' or ')
  const words = (table.words ?? []).map((place) => place.split('.'))
  const placeholders: ReadonlySet<Field> = new Set(table.placeholders?.facts)
  const vital = new Set([table.callSid, table.accountSid ?? []].flat().filter((place) => typeof place === 'string'))

  const parse = (parameters: Parameters) => {
    const { inner, prefix } = unwrapped(parameters, table.wrappers)
    return { inner, prefix, ...parseWith(table.schema, inner, vital) }
  }

  const valuesOf = (said: S, { utcOffsetMinutes }: Pick<ReadContext, 'utcOffsetMinutes'>): Partial<Record<Field, string>> => {
    const ongoing = table.placeholders?.whenever(said) ?? false
    const values: Partial<Record<Field, string>> = {}
    for (const { field, locate } of facts) {
      if (ongoing && placeholders.has(field)) continue
      const value = valueAt(said, locate(said))
      if (value !== undefined) values[field] = typeof value === 'string' ? value : canonicalTimeOf(value as VendorTime, utcOffsetMinutes)
    }
    return values
  }

  const exceptionsOf = (said: S, values: Partial<Record<Field, string>>, faults: readonly Fault[], inner: unknown, prefix: Path): readonly ReadException[] => {
    let unknown: Path[] | null = null
    for (const field of LISTED) if (values[field] === UNKNOWN) unknown = [...(unknown ?? []), locators.get(field)?.(said) ?? []]
    for (const path of words) if (valueAt(said, path) === UNKNOWN) unknown = [...(unknown ?? []), path]
    if (unknown === null && faults.length === 0) return NONE
    return [
      ...faults.map(({ path }) => unreadableValue(requestParameter(inner, prefix, path))),
      ...(unknown ?? []).map((path) => unknownValue(requestParameter(inner, prefix, path))),
    ]
  }

  return {
    read: (context, parameters) => {
      const { inner, prefix, said, faults } = parse(parameters)
      const values = valuesOf(said, context)
      const told = valueAt(said, vendorTime(said)) as VendorTime | undefined
      return {
        facts: buildFacts(context, {
          callSid: valueAt(said, callSid(said)) as string | undefined,
          callSidName,
          accountSid: valueAt(said, accountSid(said)) as string | undefined,
          source: table.source?.(context) ?? 'webhook',
          vendorTime: told === undefined ? undefined : instantOf(told, context.utcOffsetMinutes),
          event: table.event(said, context),
          values,
        }),
        exceptions: exceptionsOf(said, values, faults, inner, prefix),
      }
    },
    explain: (context, parameters) => {
      const { inner, prefix, said, faults } = parse(parameters)
      const parameterAt = (path: Path) => requestParameter(inner, prefix, path)
      const uses = [
        { use: 'callSid' as const, path: callSid(said) },
        { use: 'accountSid' as const, path: accountSid(said) },
        { use: 'vendorTime' as const, path: vendorTime(said) },
      ]
      const read = [...uses, ...words.map((path) => ({ use: 'event' as const, path }))].filter(({ path }) => valueAt(said, path) !== undefined)
      return {
        facts: Object.entries(valuesOf(said, context)).map(([field, value]) => ({ field: field as Field, value, ...parameterAt(locators.get(field as Field)?.(said) ?? []) })),
        uses: read.map(({ use, path }) => ({ use, ...parameterAt(path ?? []) })),
        faults: faults.map(({ path, needed }) => ({ needed, ...parameterAt(path) })),
      }
    },
  }
}

const NONE: readonly never[] = []

type Locator<S> = (said: S) => Path | null

/** Places as one function that finds the path of what speaks, and splits no name twice. */
const locator = <S>(places: Places<S>): Locator<S> => {
  if (typeof places === 'function') {
    return (said) => {
      const place = places(said)
      return place === null ? null : place.split('.')
    }
  }
  const paths = [places].flat().map((place) => place.split('.'))
  const [only = [], ...others] = paths
  if (others.length === 0) return () => only
  return (said) => paths.find((path) => valueAt(said, path) !== undefined) ?? null
}

const valueAt = (said: unknown, path: Path | null): unknown => {
  if (path === null) return undefined
  let value = said
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Readonly<Record<string, unknown>>)[step]
  }
  return value
}

const unwrapped = (parameters: Parameters, wrappers: readonly Path[] = []): { inner: unknown; prefix: Path } => {
  for (const path of wrappers) {
    const inner = path.reduce<unknown>((value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined), parameters)
    if (isObject(inner)) return { inner, prefix: path }
  }
  return { inner: parameters, prefix: NONE }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value)
