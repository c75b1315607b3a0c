import type { ExceptionKind } from '@rollcall/contracts/audit-api/exception'

/**
 * Where in the page somebody is. It stands in the fragment of the address (`#/acme/day/2026-11-24`): every view has a link, going back works,
 * the service has one page to serve and answers 404 to everything else, and no call is named in an access log or a Referer.
 */
export type Route =
  | { readonly page: 'accounts' }
  | { readonly page: 'year'; readonly account: string; readonly measure: MeasureName; readonly until: string | null }
  | { readonly page: 'day'; readonly account: string; readonly day: string; readonly measure: MeasureName; readonly asOf: string | null }
  | { readonly page: 'window'; readonly account: string; readonly from: string }
  | { readonly page: 'calls'; readonly account: string; readonly filter: CallFilter }
  | { readonly page: 'call'; readonly account: string; readonly callSid: string; readonly asOf: string | null }
  | { readonly page: 'exceptions'; readonly account: string; readonly kind: ExceptionKind | null; readonly state: ExceptionState }
  | { readonly page: 'exception'; readonly account: string; readonly id: string }
  | { readonly page: 'runs'; readonly account: string }
  | { readonly page: 'run'; readonly account: string; readonly run: string }
  | { readonly page: 'access-log'; readonly account: string; readonly filter: AccessFilter }
  | { readonly page: 'unknown' }

export const MEASURES = ['completeness', 'timeliness', 'webhooks'] as const
export type MeasureName = (typeof MEASURES)[number]

const EXCEPTION_STATES = ['not-closed', 'open', 'assigned', 'closed'] as const
export type ExceptionState = (typeof EXCEPTION_STATES)[number]

/** Conditions of the list of calls, as the question has them. */
export const CALL_CONDITIONS = ['from', 'to', 'status', 'verified', 'firstBy', 'webhooksMissing', 'conflict', 'recording'] as const
export type CallFilter = Partial<Record<(typeof CALL_CONDITIONS)[number], string>>

/** Conditions of the access log, as the question has them. */
export const ACCESS_CONDITIONS = ['from', 'to', 'type'] as const
export type AccessFilter = Partial<Record<(typeof ACCESS_CONDITIONS)[number], string>>

const conditionsOf = <Name extends string>(names: readonly Name[], asked: URLSearchParams): Partial<Record<Name, string>> =>
  Object.fromEntries(names.flatMap((key) => (asked.get(key) ? [[key, asked.get(key)]] : []))) as Partial<Record<Name, string>>

/** An address that somebody may have typed. Pure; what it does not know is `unknown`, never a throw. */
export const readRoute = (fragment: string): Route => {
  const [path = '', query = ''] = fragment.replace(/^#?\/?/, '').split(/\?(.*)/s)
  const asked = new URLSearchParams(query)
  const words = decoded(path.split('/'))
  if (words === null) return { page: 'unknown' }
  const [account = '', place, name, ...more] = words
  if (account === '') return place === undefined ? { page: 'accounts' } : { page: 'unknown' }
  if (more.length > 0) return { page: 'unknown' }
  const measure = MEASURES.find((known) => known === asked.get('measure')) ?? 'completeness'
  const asOf = asked.get('asOf')
  if (place === undefined) return { page: 'year', account, measure, until: dayOrNull(asked.get('until')) }
  switch (place) {
    case 'day':
      return name !== undefined && isDay(name) ? { page: 'day', account, day: name, measure, asOf } : { page: 'unknown' }
    case 'window':
      return name ? { page: 'window', account, from: name } : { page: 'unknown' }
    case 'calls':
      return { page: 'calls', account, filter: conditionsOf(CALL_CONDITIONS, asked) }
    case 'call':
      return name ? { page: 'call', account, callSid: name, asOf } : { page: 'unknown' }
    case 'exceptions':
      if (name) return { page: 'exception', account, id: name }
      return { page: 'exceptions', account, kind: asked.get('kind') as ExceptionKind | null, state: EXCEPTION_STATES.find((known) => known === asked.get('state')) ?? 'not-closed' }
    case 'runs':
      return name ? { page: 'run', account, run: name } : { page: 'runs', account }
    case 'access-log':
      return name === undefined ? { page: 'access-log', account, filter: conditionsOf(ACCESS_CONDITIONS, asked) } : { page: 'unknown' }
    default:
      return { page: 'unknown' }
  }
}

/** The address of a route: `readRoute` of it is the route again. */
export const linkTo = (route: Route): string => {
  switch (route.page) {
    case 'accounts':
    case 'unknown':
      return '#/'
    case 'year':
      return address([route.account], { measure: unlessDefault(route.measure), until: route.until })
    case 'day':
      return address([route.account, 'day', route.day], { measure: unlessDefault(route.measure), asOf: route.asOf })
    case 'window':
      return address([route.account, 'window', route.from])
    case 'calls':
      return address([route.account, 'calls'], route.filter)
    case 'call':
      return address([route.account, 'call', route.callSid], { asOf: route.asOf })
    case 'exceptions':
      return address([route.account, 'exceptions'], { kind: route.kind, state: route.state === 'not-closed' ? null : route.state })
    case 'exception':
      return address([route.account, 'exceptions', route.id])
    case 'runs':
      return address([route.account, 'runs'])
    case 'run':
      return address([route.account, 'runs', route.run])
    case 'access-log':
      return address([route.account, 'access-log'], route.filter)
    default:
      return route satisfies never
  }
}

const unlessDefault = (measure: MeasureName) => (measure === 'completeness' ? null : measure)

const address = (path: readonly string[], query: Readonly<Record<string, string | null | undefined>> = {}): string => {
  const asked = new URLSearchParams(Object.entries(query).flatMap(([key, value]) => (value ? [[key, value]] : [])))
  return `#/${path.map(encodeURIComponent).join('/')}${asked.size > 0 ? `?${asked}` : ''}`
}

const decoded = (words: readonly string[]): string[] | null => {
  try {
    return words.map(decodeURIComponent)
  } catch {
    return null
  }
}

const isDay = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text)
const dayOrNull = (text: string | null): string | null => (text !== null && isDay(text) ? text : null)
