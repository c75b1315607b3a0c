import type { Observation } from '@rollcall/contracts/observation'
import type { Instant } from '@rollcall/domain/time'
import type { Heartbeat, Notice, SmsStatus } from '@rollcall/exotel/surface/notice'
import type { HeartbeatRow } from '@rollcall/store/heartbeat/heartbeat-row'
import type { SmsStatusRow } from '@rollcall/store/sms/sms-status-row'

/** What observations told that is about no call. */
export interface NoticeRows {
  readonly heartbeats: HeartbeatRow[]
  readonly smsStatuses: SmsStatusRow[]
}

/** Adds what one notice says. */
export const addNotice = ({ heartbeats, smsStatuses }: NoticeRows, observation: Observation, notice: Notice): void => {
  if (notice.kind === 'heartbeat') heartbeats.push(heartbeatRow(observation, notice))
  else smsStatuses.push(smsStatusRow(observation, notice))
}

const heartbeatRow = ({ account, receivedAt, payloadSha256 }: Observation, { state, at, incoming, outgoing }: Heartbeat): HeartbeatRow => ({
  account,
  state,
  statedAt: at === null ? null : Math.max(0, at),
  receivedAt,
  incoming: storableJson(incoming),
  outgoing: storableJson(outgoing),
  orderedAt: orderedAt(at, receivedAt),
  payloadSha256,
})

/** An SMS ends as one of the last four; none is further along than the others, so the later word counts. */
const RANKS: Readonly<Record<NonNullable<SmsStatus['status']>, number>> = {
  unknown: 0,
  queued: 1,
  sending: 2,
  submitted: 3,
  sent: 4,
  delivered: 4,
  failed: 4,
  'failed-dnd': 4,
}

const smsStatusRow = ({ account, receivedAt, payloadSha256 }: Observation, { smsSid, status, updatedAt, sentAt }: SmsStatus): SmsStatusRow => {
  const word = status ?? 'unknown'
  return { account, smsSid, status: word, rank: RANKS[word], receivedAt, orderedAt: orderedAt(updatedAt ?? sentAt, receivedAt), payloadSha256 }
}

/** A time ahead of its receipt is wrong, and would outlast every later word. */
const orderedAt = (statedAt: Instant | null, receivedAt: Instant): Instant => (statedAt === null ? receivedAt : Math.max(0, Math.min(statedAt, receivedAt)))

/** What jsonb cannot hold (NUL, half a surrogate pair) must not keep the rest out. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu
const storableJson = (value: unknown): string => JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'string' ? inner.replace(UNSTORABLE, '\uFFFD') : inner))
