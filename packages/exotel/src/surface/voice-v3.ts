import { z } from 'zod'
import { same } from '../words/enumeration.ts'
import { Contact, Direction, Opaque, Outcome, oneOf, Recording, Seconds, Sid, Text, Time } from '../words/vendor-field.ts'
import { callSurface } from './call-surface.ts'

/**
 * Contract §9: `call_details` of v3, and v2's names for the same. What v2 and v3 send as a callback is UNKNOWN; it is taken to have
 * this shape, wrapped or not. In v2 `start_time` and the like are named as in v3 as far as they are documented.
 */
const CallDetails = z.object({
  sid: Sid,
  call_sid: Sid,
  account_sid: Text,
  event: oneOf(same('terminal', 'answered')),
  event_type: oneOf(same('terminal', 'answered')),
  state: oneOf(same('active', 'terminal')),
  call_state: oneOf(same('active', 'terminal')),
  status: Outcome,
  call_status: Outcome,
  direction: Direction,
  from: Contact,
  to: Contact,
  virtual_number: Text,
  created_time: Time,
  updated_time: Time,
  start_time: Time,
  end_time: Time,
  total_duration: Seconds,
  total_talk_time: Seconds,
  custom_field: Opaque,
  recordings: Recording,
  recording_url: Recording,
})

/** Voice v2 and v3: an answer of their call details, or a callback in that shape. */
export const voiceV3 = callSurface({
  schema: CallDetails,
  wrappers: [['response', 'call_details'], ['call_details'], ['response']],
  callSid: ['call_sid', 'sid'],
  accountSid: 'account_sid',
  source: ({ surface }) => (surface === 'call-lookup' ? 'lookup' : surface === 'call-list' ? 'poll' : 'webhook'),
  vendorTime: ['updated_time', 'end_time', 'created_time'],
  event: ({ event, event_type, state, call_state }, { surface }) =>
    surface === 'call-lookup' || surface === 'call-list' ? null : `voice-v3/${event ?? event_type ?? state ?? call_state ?? 'default'}`,
  facts: {
    status: ['status.status', 'call_status.status'],
    leg1Status: ['status.leg1Status', 'call_status.leg1Status'],
    leg2Status: ['status.leg2Status', 'call_status.leg2Status'],
    direction: 'direction',
    from: 'from',
    to: 'to',
    exophone: 'virtual_number',
    createdAt: 'created_time',
    startedAt: 'start_time',
    endedAt: 'end_time',
    durationSeconds: 'total_duration',
    conversationSeconds: 'total_talk_time',
    recordingUrl: ['recordings', 'recording_url'],
    customField: 'custom_field',
  },
  placeholders: { whenever: ({ state, call_state }) => (state ?? call_state) === 'active', facts: ['endedAt', 'durationSeconds', 'conversationSeconds'] },
  words: ['event', 'event_type', 'state', 'call_state'],
})
