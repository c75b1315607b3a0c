import type { Field } from '@rollcall/domain/call/fact'

/** What the fields of a call are called, for somebody who does not know the API's words for them. */
const FIELD_NAMES: Readonly<Record<Field, string>> = {
  status: 'status',
  direction: 'direction',
  from: 'from',
  to: 'to',
  exophone: 'ExoPhone',
  createdAt: 'created',
  startedAt: 'began',
  endedAt: 'ended',
  durationSeconds: 'length',
  conversationSeconds: 'length of the conversation',
  price: 'price',
  leg1Status: 'status of the first leg',
  leg2Status: 'status of the second leg',
  leg1Seconds: 'length of the first leg',
  leg2Seconds: 'length of the second leg',
  answeredBy: 'answered by',
  recordingUrl: 'recording',
  customField: 'custom field',
  parentCallSid: 'parent call',
  forwardedFrom: 'forwarded from',
  callerName: 'name of the caller',
}

/** A field in words; one that is not known stays as it is written. */
export const fieldName = (field: string): string => (Object.hasOwn(FIELD_NAMES, field) ? FIELD_NAMES[field as Field] : field)
