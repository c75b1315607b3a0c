import { describe, expect, it } from 'vitest'
import type { WebhookFault } from '../../calls/ledger-call.ts'
import { distortFields } from './distort-fields.ts'

const FIELDS = {
  CallSid: 'a1',
  Status: 'no-answer',
  EventType: 'terminal',
  From: '0900',
  RecordingUrl: 'https://r',
  ConversationDuration: 7,
  EndTime: null,
  Legs: [{ OnCallDuration: 7, Status: 'completed' }, { Status: 'canceled' }],
}
const under = (...faults: WebhookFault[]) => distortFields(FIELDS, { faults })

describe('faults in the fields', () => {
  it('without any are the fields', () => expect(under('delay', 'duplicate')).toEqual(FIELDS))

  it('change the case of statuses, legs included, and of nothing else', () =>
    expect(under('case-changed')).toEqual({ ...FIELDS, Status: 'No-Answer', EventType: 'TERMINAL', Legs: [{ OnCallDuration: 7, Status: 'COMPLETED' }, { Status: 'CANCELED' }] }))

  it('spell cancelled with two l, whatever its case', () => {
    expect(under('cancelled-spelling').Legs).toEqual([{ OnCallDuration: 7, Status: 'completed' }, { Status: 'cancelled' }])
    expect(under('case-changed', 'cancelled-spelling').Legs).toMatchObject([{ Status: 'COMPLETED' }, { Status: 'CANCELLED' }])
  })

  it('render values as lists, but never the CallSid', () =>
    expect(under('list-rendered')).toMatchObject({ CallSid: 'a1', Status: "['no-answer']", From: "['0900']", Legs: [{ Status: "['completed']" }, { Status: "['canceled']" }] }))

  it('leave the recording out', () => expect(under('recording-absent')).not.toHaveProperty('RecordingUrl'))

  it('add fields nobody knows, and change none', () => {
    expect(under('extra-fields')).toMatchObject(FIELDS)
    expect(Object.keys(under('extra-fields')).length).toBe(Object.keys(FIELDS).length + 3)
  })
})
