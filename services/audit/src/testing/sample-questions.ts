/** One question of each route that is answered, from which tests make others. What a route has and this has not is an error. */
import { exceptionId } from '@rollcall/contracts/audit-api/exception-id'
import type { AuditRoute, AuditRouteName } from '@rollcall/contracts/audit-api/routes'
import { istDayOf } from '@rollcall/domain/ist-day'
import { canonicalTime, HOUR, type Instant } from '@rollcall/domain/time'

export interface SampleQuestion {
  readonly params: Readonly<Record<string, string>>
  /** Each that it takes. */
  readonly query: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>> | undefined
}

/** What the samples are about: a call of a window, its first observation, and a run. */
export interface SampleData {
  readonly account: string
  readonly callSid: string
  readonly windowFrom: Instant
  readonly place: { readonly partition: number; readonly offset: bigint }
  readonly run: string
}

const BODIES: Readonly<Partial<Record<AuditRouteName, Readonly<Record<string, unknown>>>>> = {
  revealCall: { reason: 'a test' },
  revealRaw: { reason: 'a test' },
  actOnException: { action: 'assign', assignee: 'somebody', note: 'seen' },
  signDay: { digest: '0'.repeat(64), note: 'seen' },
}

const have = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`sample-questions.ts has no sample of ${what}`)
  return value
}

/** @throws Error where there is no sample of something that the route takes */
export const sampleQuestion = (name: AuditRouteName, route: AuditRoute, { account, callSid, windowFrom, place, run }: SampleData): SampleQuestion => {
  const [from, to] = [canonicalTime(windowFrom), canonicalTime(windowFrom + HOUR)]
  const day = istDayOf(windowFrom)
  const params: Readonly<Record<string, string>> = {
    account,
    callSid,
    day,
    from,
    partition: String(place.partition),
    offset: place.offset.toString(),
    id: exceptionId({ kind: 'missing-webhook', subject: [callSid, 'status-callback'] }),
    run,
  }
  const query: Readonly<Record<string, string>> = {
    ...(name === 'days' ? { from: day, to: day } : name === 'consistency' ? { from: '1', to: '1' } : { from, to }),
    asOf: canonicalTime(windowFrom + 9 * HOUR),
    by: 'hour',
    limit: '10',
    cursor: '',
    created: '',
    status: 'completed',
    direction: 'inbound',
    verified: 'true',
    firstBy: 'webhook',
    webhooksMissing: 'true',
    conflict: 'false',
    recording: 'false',
    kind: 'missing-webhook',
    state: 'open',
    assignee: 'somebody',
    leaf: '0',
    size: '1',
    window: from,
    format: 'pack',
    saved: '1',
    type: 'reveal',
  }
  const pick = (shape: object | undefined, samples: Readonly<Record<string, string>>, place: string) =>
    Object.fromEntries(Object.keys(shape ?? {}).map((key) => [key, have(samples[key], `${key} in the ${place} of ${name}`)]))
  return {
    params: pick(route.params?.shape, params, 'path'),
    query: pick(route.query?.shape, query, 'query'),
    body: route.body === undefined ? undefined : have(BODIES[name], `the body of ${name}`),
  }
}
