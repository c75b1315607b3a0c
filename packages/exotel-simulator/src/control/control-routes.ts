import { z } from 'zod'
import type { CallOrder } from '../calls/call-order.ts'
import { explainCall } from '../calls/explain-call.ts'
import { LiveSettings } from '../live-settings.ts'
import { Outage } from '../outages.ts'
import { UNKNOWNS } from '../unknowns.ts'
import { CallRequest } from './call-request.ts'
import { ControlError, type ControlRoute } from './control-route.ts'
import { openApi } from './open-api.ts'

/** Lines written at a time. */
const LINES_CHUNK = 500
const ACCOUNT = { account: 'Sid of the account; left out: all of them.' }
const ONE_ACCOUNT = { account: 'Sid of the account; left out: the first.' }
const JSON_TYPE = 'application/json'
const LINES_TYPE = 'application/x-ndjson'

const accountIn = (query: URLSearchParams) => query.get('account') ?? undefined

function* lines(entries: readonly object[]): Generator<string> {
  for (let from = 0; from < entries.length; from += LINES_CHUNK) {
    yield entries
      .slice(from, from + LINES_CHUNK)
      .map((entry) => `${JSON.stringify(entry)}\n`)
      .join('')
  }
}

/** Epoch milliseconds, or ISO 8601 with its zone. */
const readInstant = (text: string): number => {
  const at = /^\d{1,15}$/.test(text) ? Number(text) : Date.parse(text)
  if (Number.isNaN(at)) throw new ControlError(400, 'at is neither epoch milliseconds nor an ISO 8601 time')
  return at
}

/** A receiver's path and query are what it knows Exotel by. */
const withoutSecrets = (settings: LiveSettings): LiveSettings => {
  const origin = (address: string | null) => (address === null ? null : `${new URL(address).origin}/…`)
  return { ...settings, webhookUrl: origin(settings.webhookUrl), failoverUrl: origin(settings.failoverUrl) }
}

const PartialSettings = z.record(z.string(), z.unknown())

/** Every operation of the control API. */
export const CONTROL_ROUTES: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/sim/openapi.json',
    summary: 'This description.',
    query: {},
    takes: null,
    gives: { status: 200, contentType: JSON_TYPE, what: 'OpenAPI 3.1' },
    answer: () => openApi(CONTROL_ROUTES),
  },
  {
    method: 'GET',
    path: '/sim/stats',
    summary: 'Counts since the start.',
    query: ACCOUNT,
    takes: null,
    gives: { status: 200, contentType: JSON_TYPE, what: 'SimulatorStats' },
    answer: ({ stats }, { query }) => stats(accountIn(query)),
  },
  {
    method: 'GET',
    path: '/sim/ledger',
    summary: 'Every call begun so far: what is true of it, from when the API shows what, and every webhook it should have had with what became of it.',
    query: ACCOUNT,
    takes: null,
    gives: { status: 200, contentType: LINES_TYPE, what: 'One LedgerCall a line, in the order of creation' },
    answer: ({ ledger }, { query }) => lines([...ledger.calls(accountIn(query))]),
  },
  {
    method: 'GET',
    path: '/sim/notices',
    summary: 'SMS callbacks and heartbeats so far, and what became of them.',
    query: ACCOUNT,
    takes: null,
    gives: { status: 200, contentType: LINES_TYPE, what: 'One LedgerNotice a line' },
    answer: ({ ledger }, { query }) => lines([...ledger.notices(accountIn(query))]),
  },
  {
    method: 'GET',
    path: '/sim/calls/{callSid}',
    summary: 'One call: its truth, what the API shows of it at a moment, what each webhook says, and what a record of it should hold in the end.',
    query: { at: 'Epoch milliseconds or ISO 8601; left out: now.' },
    takes: null,
    gives: { status: 200, contentType: JSON_TYPE, what: 'ExplainedCall' },
    answer: ({ ledger, accountOf, now }, { name, query }) => {
      const call = ledger.call(name)
      if (call === undefined) throw new ControlError(404, `no call ${name}`)
      const at = query.get('at')
      return explainCall(call, at === null ? now() : readInstant(at), accountOf(call.account).settings().api)
    },
  },
  {
    method: 'POST',
    path: '/sim/calls',
    summary: 'Makes a call now, beside the plan.',
    query: ONE_ACCOUNT,
    takes: CallRequest,
    gives: { status: 201, contentType: JSON_TYPE, what: 'LedgerCall' },
    answer: ({ accountOf }, { query, body }) => {
      const made = accountOf(accountIn(query)).order(body as Omit<CallOrder, 'path'>)
      if (made === null) throw new ControlError(503, 'too many made calls wait for their webhooks')
      return made.call
    },
  },
  {
    method: 'GET',
    path: '/sim/settings',
    summary: 'What can be changed while it plays.',
    query: ONE_ACCOUNT,
    takes: null,
    gives: { status: 200, contentType: JSON_TYPE, what: 'LiveSettings' },
    answer: ({ accountOf }, { query }) => withoutSecrets(accountOf(accountIn(query)).settings()),
  },
  {
    method: 'PATCH',
    path: '/sim/settings',
    summary: 'Changes what is named and leaves the rest: faults, how the API answers, its limit, the receivers.',
    query: ONE_ACCOUNT,
    takes: PartialSettings.meta({ description: 'Part of LiveSettings', allOf: [{ properties: z.toJSONSchema(LiveSettings, { io: 'input' }).properties ?? {} }] }),
    gives: { status: 200, contentType: JSON_TYPE, what: 'LiveSettings' },
    answer: ({ accountOf }, { query, body }) => withoutSecrets(accountOf(accountIn(query)).change(body)),
  },
  {
    method: 'GET',
    path: '/sim/outages',
    summary: 'Outages that were, are and will be.',
    query: {},
    takes: null,
    gives: { status: 200, contentType: JSON_TYPE, what: 'ScheduledOutage[]' },
    answer: ({ outages }) => outages.all(),
  },
  {
    method: 'POST',
    path: '/sim/outages',
    summary: 'An outage of the API or of webhooks, from now on or later.',
    query: {},
    takes: Outage,
    gives: { status: 201, contentType: JSON_TYPE, what: 'ScheduledOutage' },
    answer: ({ outages, now }, { body }) => outages.add(body as Outage, now()),
  },
  {
    method: 'DELETE',
    path: '/sim/outages',
    summary: 'Ends the outages in force and drops those to come.',
    query: {},
    takes: null,
    gives: { status: 200, contentType: JSON_TYPE, what: 'ScheduledOutage[]' },
    answer: ({ outages, now }) => {
      outages.end(now())
      return outages.all()
    },
  },
  {
    method: 'GET',
    path: '/sim/unknowns',
    summary: 'What nobody knows of Exotel, with the setting that chooses what is simulated.',
    query: {},
    takes: null,
    gives: { status: 200, contentType: JSON_TYPE, what: 'Unknown[]' },
    answer: () => UNKNOWNS,
  },
]
