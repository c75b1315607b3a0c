import { z } from 'zod'
import { UnreadableError } from '../unreadable-error.ts'
import { same, UNKNOWN } from '../words/enumeration.ts'
import { oneOf, Text, Time } from '../words/vendor-field.ts'
import { instantOrNull } from '../words/vendor-time.ts'
import type { Parameters } from './call-surface.ts'
import type { AffectedExoPhone, AffectedExoPhones, Heartbeat } from './notice.ts'
import { parseWith } from './parse-with.ts'
import { type ReadException, unknownValue, unreadableValue } from './read-exception.ts'
import { type RequestParameter, requestParameter } from './request-parameter.ts'

/** ExoPhones listed per direction: an account with more affected ones has an outage, not a list to read. */
export const AFFECTED_MAX = 500

const EXCEPTIONS_MAX = 16

const STATES = new Map([...same('ok', 'warning', 'critical'), ['payload_too_large', 'too-large'] as const])
const EXOPHONE_STATES = new Map([...same('active'), ['partial_network_outage', 'partial-outage'] as const, ['major_outage', 'major-outage'] as const])

/** Contract §10. When all is well the lists are null or absent. */
const HeartbeatBody = z.object({ timestamp: Time, status_type: oneOf(STATES) })
const Side = z.object({ status: oneOf(EXOPHONE_STATES), last_check_time: Time, alternate_exophone: Text })
const ExoPhone = z.object({ phone_number: Text })

type Direction = 'incoming' | 'outgoing'

/** Exotel's periodic word on whether its network reaches the account's ExoPhones. Throws UnreadableError. */
export const readHeartbeat = (parameters: Parameters, utcOffsetMinutes: number): { readonly notice: Heartbeat; readonly exceptions: readonly ReadException[] } => {
  const { said, faults } = parseWith(HeartbeatBody, parameters)
  const { timestamp, status_type } = said
  const exceptions = faults.map(({ path }) => unreadableValue(requestParameter(parameters, [], path)))
  if (status_type === undefined) throw new UnreadableError('status_type is missing')
  if (status_type === UNKNOWN) exceptions.push(unknownValue(requestParameter(parameters, [], ['status_type'])))
  const context = { report: reporter(exceptions), utcOffsetMinutes }
  const incoming = affected(parameters, 'incoming', context)
  const outgoing = affected(parameters, 'outgoing', context)
  return { notice: { kind: 'heartbeat', state: status_type, at: instantOrNull(timestamp, utcOffsetMinutes), incoming, outgoing }, exceptions }
}

type Report = (exception: ReadException) => void
interface Context {
  readonly report: Report
  readonly utcOffsetMinutes: number
}

/** What is odd about one ExoPhone is often odd about all: each oddity is told once. */
const reporter = (exceptions: ReadException[]): Report => {
  const told = new Set<string>()
  return (exception) => {
    const key = `${exception.kind} ${exception.field} ${exception.value}`
    if (told.has(key) || told.size >= EXCEPTIONS_MAX) return
    told.add(key)
    exceptions.push(exception)
  }
}

/** The ExoPhones of the list, and those that only the details show not to be active. */
const affected = (parameters: Parameters, direction: Direction, context: Context): AffectedExoPhones => {
  const details = objectOf(parameters.data)
  const detailed = new Map(
    Object.keys(details)
      .slice(0, AFFECTED_MAX)
      .map((sid) => [sid, exoPhone(sid, details[sid], direction, context)]),
  )
  const sids = new Set(listOf(parameters[`${direction}_affected`]))
  for (const [sid, { state }] of detailed) if ((state ?? 'active') !== 'active') sids.add(sid)
  const exoPhones = [...sids].slice(0, AFFECTED_MAX).map((sid) => detailed.get(sid) ?? exoPhone(sid, Object.hasOwn(details, sid) ? details[sid] : undefined, direction, context))
  return { count: sids.size, exoPhones }
}

const exoPhone = (sid: string, detail: unknown, direction: Direction, { report, utcOffsetMinutes }: Context): AffectedExoPhone => {
  const side = sideOf(detail, direction)
  const of = parseWith(Side, side)
  const phone = parseWith(ExoPhone, objectOf(detail))
  // The ExoPhone itself is left out of the names: it may be a number.
  const within = (parameters: Parameters, name: string): RequestParameter => ({ ...requestParameter(parameters, [], [name]), name: `data[][${direction}_call][${name}]` })
  for (const { path } of of.faults) report(unreadableValue(within(side, path[0] ?? '')))
  for (const { path } of phone.faults) report(unreadableValue({ ...requestParameter(objectOf(detail), [], path), name: `data[][${path[0] ?? ''}]` }))
  if (of.said.status === UNKNOWN) report(unknownValue(within(side, 'status')))
  return {
    sid,
    phoneNumber: phone.said.phone_number ?? null,
    state: of.said.status ?? null,
    checkedAt: instantOrNull(of.said.last_check_time, utcOffsetMinutes),
    alternate: of.said.alternate_exophone ?? null,
  }
}

/** In one documented shape the two directions stand in `connectivity`, in the other beside it. */
const sideOf = (detail: unknown, direction: Direction): Parameters => {
  const { connectivity, ...bare } = objectOf(detail)
  return objectOf(objectOf(connectivity ?? bare)[`${direction}_call`])
}

const objectOf = (value: unknown): Parameters => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Parameters) : {})

const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((sid): sid is string => typeof sid === 'string' && sid !== '' && sid.length <= 64) : [])
