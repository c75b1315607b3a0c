import type { CallAnswer, CallItem, FieldValue, ObservationItem } from '@rollcall/contracts/audit-api/call'
import type { WindowItem } from '@rollcall/contracts/audit-api/window'
import { dayOf, windowsOf } from './a-day.ts'
import { numbersFrom, seedOf } from './numbers.ts'

/** Calls of the made-up account. A call's Sid says its window and its number there, so each is made anew whenever it is asked for. */
const WINDOW_MS = 300_000
const text = (at: number): string => new Date(at).toISOString()
const sidOf = (from: number, number: number): string => `${(from / WINDOW_MS).toString(16)}${String(number).padStart(3, '0')}`.padStart(32, 'c0ffee5eed0000000000000000000000')
const PLACE = /^c0ffee[0-9a-f]*?([0-9a-f]{6})(\d{3})$/

const MASKED = '+91xxxxxx00'
/** What a reveal shows; nobody's. */
const CLEAR = { from: '+919000000001', to: '+919000000002', callerName: 'Test Caller' }

export const callsOfWindow = (account: string, window: WindowItem): CallItem[] => {
  const next = numbersFrom(seedOf(account, window.from))
  const from = Date.parse(window.from)
  return Array.from({ length: window.exact + window.unlisted + window.claims }, (_, number) => {
    const created = from + Math.floor(((number + next()) / (window.exact + 2)) * WINDOW_MS)
    const claim = number >= window.exact + window.unlisted
    const missed = number < window.webhooksMissing
    const completed = next() > 0.2
    const seconds = completed ? Math.floor(20 + next() * 400) : 0
    return {
      callSid: sidOf(from, number),
      status: completed ? 'completed' : next() > 0.5 ? 'no-answer' : 'busy',
      direction: next() > 0.4 ? 'outbound-api' : 'inbound',
      from: MASKED,
      to: MASKED,
      exophone: 'xxxxxxx000',
      createdAt: text(created),
      startedAt: text(created + 1_000),
      endedAt: text(created + seconds * 1_000),
      durationSeconds: String(seconds),
      price: completed ? (seconds / 100).toFixed(2) : null,
      hasRecording: completed,
      verified: !claim,
      firstWebhookAt: missed ? null : text(created + seconds * 1_000 + 1_200),
      firstApiAt: claim ? null : text(created + seconds * 1_000 + 60_000),
      firstBy: missed ? 'api' : 'webhook',
      webhooksMissing: missed ? 2 : 0,
      conflicts: number === 7 ? ['durationSeconds'] : [],
    }
  })
}

/** One call by its Sid; undefined where there is none. `asOf`: only what had come by then. */
export const callBySid = (account: string, callSid: string, now: number, firstWindow: number, asOf: number | null, revealed: boolean): CallAnswer | undefined => {
  const place = PLACE.exec(callSid)
  if (place === null) return undefined
  const from = Number.parseInt(place[1] ?? '', 16) * WINDOW_MS
  const window = windowsOf(account, dayOf(from), now, firstWindow).find((other) => other.from === text(from))
  const call = window && callsOfWindow(account, window)[Number(place[2])]
  if (window === undefined || call === undefined) return undefined
  const observations = observationsOf(call).filter(({ receivedAt }) => asOf === null || Date.parse(receivedAt) <= asOf)
  if (observations.length === 0) return undefined
  const winner = observations.at(-1) as ObservationItem
  const loser = observations[0] as ObservationItem
  const personal = (field: 'from' | 'to') => ({
    value: revealed ? CLEAR[field] : MASKED,
    masked: !revealed,
    source: winner.source,
    vendorTime: winner.vendorTime,
    wonBy: winner.position,
    lost: [],
  })
  const plain = (value: string | null, lost: FieldValue['lost'] = []) =>
    value === null ? undefined : { value, masked: false, source: winner.source, vendorTime: winner.vendorTime, wonBy: winner.position, lost }
  const conflict = call.conflicts.length > 0
  const fields = {
    status: plain(call.status, winner === loser ? [] : [{ value: 'in-progress', source: loser.source, by: loser.position }]),
    direction: plain(call.direction),
    from: personal('from'),
    to: personal('to'),
    createdAt: plain(call.createdAt),
    startedAt: plain(call.startedAt),
    endedAt: plain(call.endedAt),
    durationSeconds: plain(call.durationSeconds, conflict ? [{ value: '17', source: loser.source, by: loser.position }] : []),
    conversationSeconds: plain(call.durationSeconds),
    price: plain(call.price),
  }
  return {
    account,
    callSid,
    asOf: asOf === null ? null : text(asOf),
    revealed,
    fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as CallAnswer['fields'],
    verified: observations.some(({ source }) => source !== 'webhook'),
    firstSeen: Object.fromEntries(observations.toReversed().map(({ source, receivedAt }) => [source, receivedAt])),
    conflicts: conflict ? [{ kind: 'field_mismatch', field: 'durationSeconds', low: '17', high: call.durationSeconds ?? '' }] : [],
    stateDigest: seedOf(callSid).toString(16).padStart(64, 'a'),
    window: { from: window.from, to: window.to, state: window.state },
    observations,
    observationsCut: false,
    judgements: ['status-callback/terminal', 'passthru'].map((expectation) => ({
      expectation,
      rule: 'outbound calls by API',
      outcome: call.firstWebhookAt === null ? 'missing' : 'arrived',
      reason: call.firstWebhookAt === null ? 'never-arrived' : null,
      arrivedAt: call.firstWebhookAt,
      judgedAt: text(from + WINDOW_MS + 600_000),
      replacedAt: null,
    })),
    chases: call.hasRecording
      ? [
          {
            why: 'recording',
            since: call.endedAt ?? text(from),
            begunAt: call.endedAt ?? text(from),
            asked: 2,
            askedAt: text(from + 600_000),
            withoutAt: text(from + 540_000),
            due: null,
            outcome: 'found',
            reason: null,
            endedAt: text(from + 620_000),
          },
        ]
      : [],
  }
}

const observationsOf = (call: CallItem): ObservationItem[] => {
  const ended = Date.parse(call.endedAt ?? call.createdAt ?? '')
  const seed = seedOf(call.callSid)
  const base = { receivedBy: '/rollcall/ingest/host-1/0', payloadSha256: seed.toString(16).padStart(64, 'b'), outcome: 'facts' as const, scan: null, exceptions: [] }
  const at = (number: number) => ({
    position: { partition: seed % 12, offset: String((seed % 900_000) + number) },
    id: `0190c0de-0000-7000-8000-${String((seed % 1e9) * 10 + number).padStart(12, '0')}`,
  })
  const webhooks: ObservationItem[] =
    call.firstWebhookAt === null
      ? []
      : [
          {
            ...base,
            ...at(0),
            surface: 'status-callback',
            event: 'status-callback/answered',
            source: 'webhook',
            how: 'webhook',
            receivedAt: text(Date.parse(call.createdAt ?? '') + 4_200),
            vendorTime: text(Date.parse(call.createdAt ?? '') + 4_000),
            delaySeconds: 0.2,
            values: { status: 'in-progress', from: MASKED, to: MASKED },
            changed: ['status', 'from', 'to'],
            won: [],
          },
          {
            ...base,
            ...at(1),
            surface: 'status-callback',
            event: 'status-callback/terminal',
            source: 'webhook',
            how: 'webhook',
            receivedAt: call.firstWebhookAt,
            vendorTime: call.endedAt,
            delaySeconds: 1.2,
            values: {
              status: call.status ?? 'completed',
              durationSeconds: call.conflicts.length > 0 ? '17' : (call.durationSeconds ?? '0'),
              recordingUrl: 'https://xxxxxxxxxx.example/xxxx',
            },
            changed: ['status', 'durationSeconds', 'recordingUrl'],
            won: ['recordingUrl'],
            exceptions: call.conflicts.length > 0 ? [{ field: 'CallFlavour', kind: 'unknown-word', value: 'xxxxx' }] : [],
          },
        ]
  if (!call.verified) return webhooks
  return [
    ...webhooks,
    {
      ...base,
      ...at(2),
      receivedBy: '/rollcall/reconciler/host-1',
      surface: 'call-list',
      event: null,
      source: 'poll',
      how: 'trailing',
      receivedAt: text(ended + 60_000),
      vendorTime: text(ended + 2_000),
      delaySeconds: 58,
      scan: '0190c0de-0000-7000-8000-00000000abcd',
      values: {
        status: call.status ?? 'completed',
        durationSeconds: call.durationSeconds ?? '0',
        price: call.price ?? '0',
        createdAt: call.createdAt ?? '',
        endedAt: call.endedAt ?? '',
        from: MASKED,
        to: MASKED,
      },
      changed: ['price', 'createdAt', 'endedAt'],
      won: ['status', 'durationSeconds', 'price', 'createdAt', 'endedAt', 'from', 'to'],
    },
  ]
}
