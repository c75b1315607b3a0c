import { z } from 'zod'
import { UnreadableError } from '../unreadable-error.ts'
import { enumeration, same, UNKNOWN } from '../words/enumeration.ts'
import { Moment, oneOf, Text } from '../words/vendor-field.ts'
import type { Parameters } from './call-surface.ts'
import type { AffectedExoPhone, AffectedExoPhones, Heartbeat } from './notice.ts'
import { parseWith } from './parse-with.ts'
import type { ReadException } from './read-result.ts'
import { requestParameter, wordLike } from './request-parameter.ts'

/** ExoPhones listed per direction: an account with more affected ones has an outage, not a list to read. */
export const AFFECTED_MAX = 500

const STATES = new Map([...same('ok', 'warning', 'critical'), ['payload_too_large', 'too-large'] as const])
const EXOPHONE_STATES = new Map([...same('active'), ['partial_network_outage', 'partial-outage'] as const, ['major_outage', 'major-outage'] as const])
const readState = enumeration(EXOPHONE_STATES)

/** Contract §10. When all is well the lists are null or absent. */
const HeartbeatBody = z.object({ timestamp: Moment, status_type: oneOf(STATES) })
const Side = z.object({ status: Text, last_check_time: Moment, alternate_exophone: Text })
const ExoPhone = z.object({ phone_number: Text })

type Direction = 'incoming' | 'outgoing'

/** Exotel's periodic word on whether its network reaches the account's ExoPhones. Throws UnreadableError. */
export const readHeartbeat = (parameters: Parameters): { readonly notice: Heartbeat; readonly exceptions: readonly ReadException[] } => {
  const { timestamp, status_type } = parseWith(HeartbeatBody, parameters)
  if (status_type === undefined) throw new UnreadableError('status_type is missing')
  const incoming = affected(parameters, 'incoming')
  const outgoing = affected(parameters, 'outgoing')
  const unknown = status_type === UNKNOWN ? [requestParameter(parameters, [], ['status_type'])] : []
  return {
    notice: { kind: 'heartbeat', state: status_type, at: timestamp ?? null, incoming, outgoing },
    exceptions: unknown.map(({ name, raw }) => ({ field: name, kind: 'unknown-value', value: wordLike(raw) })),
  }
}

/** The ExoPhones of the list, and those that only the details show not to be active. */
const affected = (parameters: Parameters, direction: Direction): AffectedExoPhones => {
  const details = objectOf(parameters.data)
  const sids = new Set(listOf(parameters[`${direction}_affected`]))
  for (const sid of Object.keys(details).slice(0, AFFECTED_MAX)) if (!sids.has(sid) && (stateIn(details[sid], direction) ?? 'active') !== 'active') sids.add(sid)
  return { count: sids.size, exoPhones: [...sids].slice(0, AFFECTED_MAX).map((sid) => exoPhone(sid, Object.hasOwn(details, sid) ? details[sid] : undefined, direction)) }
}

const exoPhone = (sid: string, detail: unknown, direction: Direction): AffectedExoPhone => {
  const side = parseWith(Side, sideOf(detail, direction))
  return {
    sid,
    phoneNumber: parseWith(ExoPhone, objectOf(detail)).phone_number ?? null,
    state: stateIn(detail, direction),
    checkedAt: side.last_check_time ?? null,
    alternate: side.alternate_exophone ?? null,
  }
}

const stateIn = (detail: unknown, direction: Direction): AffectedExoPhone['state'] => {
  const { status } = parseWith(Side, sideOf(detail, direction))
  return status === undefined ? null : readState(status)
}

/** In one documented shape the two directions stand in `connectivity`, in the other beside it. */
const sideOf = (detail: unknown, direction: Direction): Parameters => {
  const { connectivity, ...bare } = objectOf(detail)
  return objectOf(objectOf(connectivity ?? bare)[`${direction}_call`])
}

const objectOf = (value: unknown): Parameters => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Parameters) : {})

const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((sid): sid is string => typeof sid === 'string' && sid !== '' && sid.length <= 64) : [])
