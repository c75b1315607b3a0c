import type { CallFacts } from '@rollcall/domain/call/fact'
import { MINUTE } from '@rollcall/domain/time'
import { describe, expect, it } from 'vitest'
import { ABSENCES_NEEDED, explain, type LookupAnswer } from './explain-only-ours.ts'

const NOW = Date.UTC(2026, 0, 1)
const found = (values: CallFacts['values']): LookupAnswer => ({
  kind: 'found',
  row: {
    callSid: 'c1',
    createdAt: NOW,
    bytes: new Uint8Array(),
    facts: { account: 'acme', callSid: 'c1', source: 'lookup', receivedAt: NOW, vendorTime: NOW, event: null, values },
  },
})
const absence = (times: number, minutesAgo: number) => ({ times, firstAt: NOW - minutesAgo * MINUTE })

describe('a call of ours that the list did not give', () => {
  it.each<[string, LookupAnswer, ReturnType<typeof absence> | null, boolean]>([
    ['is explained when the API has it and it has ended', found({ status: 'completed', endedAt: '2026-01-01T00:00:00.000Z' }), null, true],
    ['is not explained while it runs', found({ status: 'in-progress' }), null, false],
    ['is not explained while its end is not final', found({ status: 'completed' }), null, false],
    ['is not explained by one absence', { kind: 'absent' }, null, false],
    ['is not explained by absences close together', { kind: 'absent' }, absence(ABSENCES_NEEDED, 29), false],
    ['is not explained by too few absences', { kind: 'absent' }, absence(ABSENCES_NEEDED - 2, 60), false],
    ['is explained by enough absences over half an hour', { kind: 'absent' }, absence(ABSENCES_NEEDED - 1, 30), true],
    ['is not explained when the API did not answer', { kind: 'failed' }, absence(ABSENCES_NEEDED, 60), false],
  ])('%s', (_rule, answer, before, explained) => {
    expect(explain('c1', answer, before, NOW).explained).toBe(explained)
  })
})
