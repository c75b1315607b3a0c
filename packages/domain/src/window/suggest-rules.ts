/** Coverage rules that would fit what was seen. Seen is not promised: they are for a person to look at, and none is made where many calls had nothing. */
import { compareText } from '../call/decimal.ts'
import { type CoveragePolicy, DIRECTIONS, type Direction, isMeantBy, STATUS_CALLBACK_EVENTS } from './coverage.ts'

/** A rule is made where so many of the calls had a webhook, and there were so many calls. */
export const SHARE_PERCENT_MIN = 95
export const CALLS_MIN = 20

/** How many ended calls had exactly these events. */
export interface SeenCalls {
  readonly direction: string | null
  readonly exophone: string | null
  readonly events: readonly string[]
  readonly calls: number
}

/** How many calls of a group had a webhook. */
export interface SeenWebhook {
  readonly name: string
  readonly calls: number
  readonly percent: number
}

/** Calls of one direction and ExoPhone; null where the calls' records do not tell it. */
export interface SeenGroup {
  readonly direction: string | null
  readonly exophone: string | null
  readonly calls: number
  readonly webhooks: readonly SeenWebhook[]
}

/** A rule as the accounts file has it. */
export interface SuggestedRule {
  readonly name: string
  readonly direction: Direction
  readonly exophones: readonly string[]
  readonly expects: readonly { readonly anyOf: readonly string[] }[]
}

export interface Suggestion {
  readonly groups: readonly SeenGroup[]
  readonly coverage: readonly SuggestedRule[]
}

/**
 * What can be suggested. Of a surface with many events any is enough, since most of them tell how a call went (answered, ringing) and are
 * not due of each; of a StatusCallback it is the end.
 */
const WEBHOOKS: Readonly<Record<string, readonly string[]>> = {
  'status-callback': STATUS_CALLBACK_EVENTS,
  passthru: ['passthru'],
  popup: ['popup'],
  connect: ['connect'],
  gather: ['gather'],
  webrtc: ['webrtc'],
  campaign: ['campaign'],
  exoml: ['exoml'],
}

/** Numbers that a rule can name. */
const NUMBER = /^\+[0-9]{5,15}$/

/** Groups by direction and ExoPhone, whatever its spelling, largest first; and a rule for each that allows one, in the same order. */
export const suggestRules = (seen: readonly SeenCalls[], phoneKey: CoveragePolicy['phoneKey']): Suggestion => {
  const members = new Map<string, SeenCalls[]>()
  for (const calls of seen) {
    const group = JSON.stringify([calls.direction, calls.exophone === null ? null : phoneKey(calls.exophone)])
    members.set(group, [...(members.get(group) ?? []), calls])
  }
  const groups = [...members]
    .map(([group, all]): SeenGroup => {
      const [direction, exophone] = JSON.parse(group) as [string | null, string | null]
      return { direction, exophone, ...tallyOf(all) }
    })
    .toSorted((a, b) => b.calls - a.calls || compareText(`${a.direction} ${a.exophone}`, `${b.direction} ${b.exophone}`))
  return { groups, coverage: groups.flatMap(ruleFor) }
}

const tallyOf = (members: readonly SeenCalls[]): Pick<SeenGroup, 'calls' | 'webhooks'> => {
  const calls = sumOf(members)
  const webhooks = Object.entries(WEBHOOKS).flatMap(([name, anyOf]) => {
    const had = sumOf(members.filter(({ events }) => events.some((event) => anyOf.some((word) => isMeantBy(word, event)))))
    return had === 0 ? [] : [{ name, calls: had, percent: Math.floor((had * 100) / calls) }]
  })
  return { calls, webhooks }
}

const sumOf = (members: readonly SeenCalls[]): number => members.reduce((total, { calls }) => total + calls, 0)

const ruleFor = ({ direction: told, exophone, calls, webhooks }: SeenGroup): readonly SuggestedRule[] => {
  const direction = DIRECTIONS.find((known) => known === told)
  const expects = webhooks.flatMap(({ name, percent }) => (percent >= SHARE_PERCENT_MIN ? [{ anyOf: WEBHOOKS[name] ?? [] }] : []))
  if (direction === undefined || exophone === null || !NUMBER.test(exophone) || calls < CALLS_MIN || expects.length === 0) return []
  return [{ name: `${direction} on ${exophone}`, direction, exophones: [exophone], expects }]
}
