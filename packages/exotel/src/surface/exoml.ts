import { z } from 'zod'
import { Direction, Sid, Status, Text, Time } from '../words/vendor-field.ts'
import { callSurface } from './call-surface.ts'

/** Event names are Exotel's to add to: whatever has this form is one, and `other` stands for anything else. */
const EVENT_NAME = /^[a-z][a-z_]{0,39}$/

const EventData = z.preprocess((data) => data ?? {}, z.object({ call_sid: Sid, account_sid: Text, exophone: Text, direction: Direction, state: Status, date_updated: Time }))

/** Contract §5.7, and Exotel's "HTTPS Event Endpoint". */
const ExomlEvent = z.object({ event_name: Text, event_timestamp: Time, call_sid: Sid, data: EventData })

/**
 * An ExoML event that names a call. Most name a leg alone; those are kept and are about no call. The states and times
 * are the leg's, which a call may have several of, so nothing but who and which is taken for the call's.
 */
export const exomlCall = callSurface({
  schema: ExomlEvent,
  callSid: ['data.call_sid', 'call_sid'],
  accountSid: 'data.account_sid',
  vendorTime: ['event_timestamp', 'data.date_updated'],
  event: ({ event_name }) => `exoml/${event_name === undefined ? 'default' : eventName(event_name.toLowerCase())}`,
  facts: { direction: 'data.direction', exophone: 'data.exophone' },
  words: ['data.state'],
})

const eventName = (text: string): string => (EVENT_NAME.test(text) ? text.replaceAll('_', '-') : 'other')
