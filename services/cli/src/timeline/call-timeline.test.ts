import type { CallFacts } from '@rollcall/domain/call/fact'
import { merge } from '@rollcall/domain/call/merge'
import type { CallRecord } from '@rollcall/domain/call/record'
import { canonicalTime, MINUTE, SECOND } from '@rollcall/domain/time'
import type { CallObservation } from '@rollcall/store/timeline/read-call-observations'
import { describe, expect, it } from 'vitest'
import { callTimeline } from './call-timeline.ts'
import { renderTimeline } from './render-timeline.ts'

const ENDED = Date.UTC(2026, 0, 31, 4)
const observation = (logOffset: bigint, at: number, of: Partial<CallObservation>): CallObservation => ({
  partition: 3,
  logOffset,
  surface: 'status-callback',
  event: null,
  source: 'webhook',
  how: 'webhook',
  receivedAt: at,
  outcome: 'facts',
  vendorTime: null,
  values: {},
  ...of,
})
const observations = [
  observation(7n, ENDED - MINUTE, {
    event: 'status-callback/answered',
    vendorTime: ENDED - MINUTE - SECOND,
    values: { status: 'in-progress', from: '09876543210', customField: 'Asha 42' },
  }),
  observation(8n, ENDED + 2 * MINUTE, {
    surface: 'call-list',
    source: 'poll',
    how: 'trailing',
    vendorTime: ENDED,
    values: { status: 'completed', endedAt: canonicalTime(ENDED), recordingUrl: 'https://recordings.example.com/acme/c1.mp3' },
  }),
  observation(9n, ENDED + 3 * MINUTE, { outcome: 'dead-letter' }),
  observation(10n, ENDED + 4 * MINUTE, { event: 'status-callback/terminal', values: { status: 'completed' } }),
]
const factsOf = ({ source, receivedAt, vendorTime, event, values }: CallObservation): CallFacts => ({
  account: 'acme',
  callSid: 'c1',
  source,
  receivedAt,
  vendorTime,
  event,
  values,
})
const call = merge(null, observations.filter(({ outcome }) => outcome === 'facts').map(factsOf)) as CallRecord
const timeline = callTimeline(
  call,
  observations,
  [{ expectation: 'status-callback', rule: 'r', outcome: 'arrived', reason: 'late', arrivedAt: ENDED + 4 * MINUTE, judgedAt: ENDED + 5 * MINUTE, replacedAt: null }],
  {
    recording: { checkedAt: ENDED + 5 * MINUTE, outcome: 'answered', status: 200, bytes: 48_213, contentType: 'audio/mpeg', reason: null },
    chases: [
      {
        why: 'recording',
        since: ENDED,
        begunAt: ENDED + SECOND,
        asked: 2,
        askedAt: ENDED + MINUTE,
        withoutAt: ENDED + MINUTE,
        due: null,
        outcome: 'found',
        reason: null,
        endedAt: ENDED + 2 * MINUTE,
      },
    ],
  },
)

describe('a call’s timeline', () => {
  it('says of each observation how it came, how late, and what it changed', () => {
    expect(timeline.observations.map(({ position, how, delaySeconds, afterEndSeconds, changed }) => [position, how, delaySeconds, afterEndSeconds, Object.keys(changed)])).toEqual([
      ['3/7', 'webhook', 1, -60, ['status', 'from', 'customField']],
      ['3/8', 'trailing', 120, 120, ['status', 'endedAt', 'recordingUrl']],
      ['3/9', 'webhook', null, 180, []],
      ['3/10', 'webhook', null, 240, []],
    ])
  })

  it('names no person, and leads to nothing that was said', () => {
    const text = JSON.stringify(timeline) + renderTimeline(timeline).join('\n')
    for (const personal of ['09876543210', '9876', 'Asha', 'c1.mp3']) expect(text).not.toContain(personal)
    expect(timeline.observations[0]?.changed).toMatchObject({ from: '00000000000', customField: 'xxxx 00' })
    expect(timeline.observations[1]?.changed.recordingUrl).toBe('at recordings.example.com')
  })

  it('reads as lines', () =>
    expect(renderTimeline(timeline).join('\n')).toBe(`Call c1 of account acme: created nobody told when, ended 2026-01-31T04:00:00.000Z

Observations, by receipt
  2026-01-31T03:59:00.000Z  3/7  webhook: status-callback/answered, as it was at 2026-01-31T03:58:59.000Z, 1 s after; 1 min before the end
      status is in-progress
      from is 00000000000
      customField is xxxx 00
  2026-01-31T04:02:00.000Z  3/8  trailing: call-list, as it was at 2026-01-31T04:00:00.000Z, 2 min after; 2 min after the end
      status is completed
      endedAt is 2026-01-31T04:00:00.000Z
      recordingUrl is at recordings.example.com
  2026-01-31T04:03:00.000Z  3/9  webhook: status-callback (dead-letter); 3 min after the end
  2026-01-31T04:04:00.000Z  3/10  webhook: status-callback/terminal; 4 min after the end
      changed nothing

Webhooks that it should have had
  2026-01-31T04:05:00.000Z  status-callback: arrived (late), by rule "r"

Asked for by Sid
  2026-01-31T04:00:01.000Z  its recording: asked 2 times, last at 2026-01-31T04:01:00.000Z, not there at 2026-01-31T04:01:00.000Z; found at 2026-01-31T04:02:00.000Z

Its recording’s host
  2026-01-31T04:05:00.000Z  answered 200, 48213 bytes, audio/mpeg`))
})
