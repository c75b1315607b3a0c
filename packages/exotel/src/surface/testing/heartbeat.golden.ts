import type { AffectedExoPhones, Heartbeat } from '../notice.ts'
import { type GoldenCase, unknownValue, unreadableValue } from './golden-case.ts'

const of = { surface: 'heartbeat', encodings: ['json'] } as const
const at = Date.parse('2018-08-22T15:19:23Z')
const checkedAt = Date.parse('2018-08-22T15:18:50Z')
const NONE: AffectedExoPhones = { count: 0, exoPhones: [] }

const beat = (state: Heartbeat['state'], more: Partial<Heartbeat> = {}) => ({
  why: 'a heartbeat',
  notice: { kind: 'heartbeat', state, at, incoming: NONE, outgoing: NONE, ...more } as const,
})
const one = (exoPhone: AffectedExoPhones['exoPhones'][number]): AffectedExoPhones => ({ count: 1, exoPhones: [exoPhone] })

const OUTAGE = { status: 'major_outage', last_check_time: '2018-08-22T15:18:50Z' }
const FINE = { status: 'active', last_check_time: '2018-08-22T15:18:50Z' }
const DOWN = { sid: 'exo-1', phoneNumber: '04000000003', state: 'major-outage', checkedAt, alternate: null } as const

/** Contract §10. */
export const HEARTBEATS: readonly GoldenCase[] = [
  {
    ...of,
    origin: 'documented',
    variant: 'one ExoPhone cannot be called, and has no alternate',
    sent: {
      timestamp: '2018-08-22T15:19:23Z',
      status_type: 'WARNING',
      incoming_affected: ['exo-1'],
      outgoing_affected: [],
      data: { 'exo-1': { phone_number: '04000000003', connectivity: { incoming_call: { ...OUTAGE, alternate_exophone: null }, outgoing_call: FINE } } },
    },
    says: beat('warning', { incoming: one(DOWN) }),
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'every ExoPhone is affected in both directions, with an alternate',
    sent: {
      timestamp: '2018-08-22T15:19:23Z',
      status_type: 'CRITICAL',
      incoming_affected: ['exo-1'],
      outgoing_affected: ['exo-1'],
      data: {
        'exo-1': {
          phone_number: '04000000003',
          connectivity: { incoming_call: { ...OUTAGE, alternate_exophone: '04000000009' }, outgoing_call: { ...OUTAGE, status: 'partial_network_outage' } },
        },
      },
    },
    says: beat('critical', { incoming: one({ ...DOWN, alternate: '04000000009' }), outgoing: one({ ...DOWN, state: 'partial-outage' }) }),
  },
  {
    ...of,
    origin: 'documented',
    variant: 'without the connectivity around the directions, and without details of one ExoPhone',
    sent: {
      timestamp: '2018-08-22T15:19:23Z',
      status_type: 'CRITICAL',
      incoming_affected: ['exo-1'],
      outgoing_affected: ['exo-2'],
      data: { 'exo-1': { incoming_call: OUTAGE } },
    },
    says: beat('critical', {
      incoming: one({ ...DOWN, phoneNumber: null }),
      outgoing: one({ sid: 'exo-2', phoneNumber: null, state: null, checkedAt: null, alternate: null }),
    }),
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'all well, the lists null',
    sent: { timestamp: '2018-08-22T15:19:23Z', status_type: 'OK', incoming_affected: null, outgoing_affected: null, data: null },
    says: beat('ok'),
  },
  { ...of, origin: 'constructed', variant: 'all well, the lists absent', sent: { timestamp: '2018-08-22T15:19:23Z', status_type: 'OK' }, says: beat('ok') },
  {
    ...of,
    origin: 'constructed',
    variant: 'an ExoPhone that only the details name',
    sent: {
      timestamp: '2018-08-22T15:19:23Z',
      status_type: 'warning',
      data: { 'exo-1': { phone_number: '04000000003', connectivity: { incoming_call: OUTAGE, outgoing_call: FINE } } },
    },
    says: beat('warning', { incoming: one(DOWN) }),
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'a list that holds what names no ExoPhone',
    sent: {
      timestamp: '2018-08-22T15:19:23Z',
      status_type: 'WARNING',
      incoming_affected: ['exo-1', '', null, { sid: 'exo-2' }, 'x'.repeat(65)],
      data: { 'exo-1': { incoming_call: OUTAGE } },
    },
    says: beat('warning', { incoming: one({ ...DOWN, phoneNumber: null }) }),
  },
  {
    ...of,
    origin: 'documented',
    variant: 'more affected than Exotel sends',
    sent: { timestamp: '2018-08-22T15:19:23Z', status_type: 'PAYLOAD_TOO_LARGE' },
    says: beat('too-large'),
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'a state that is new to us',
    sent: { timestamp: '2018-08-22T15:19:23Z', status_type: 'DEGRADED' },
    says: { ...beat('unknown'), exceptions: [unknownValue('status_type', 'DEGRADED')] },
  },
  {
    ...of,
    origin: 'constructed',
    variant: 'states of ExoPhones that are new to us, told once; times that are none',
    sent: {
      timestamp: 'now',
      status_type: 'WARNING',
      incoming_affected: ['exo-1'],
      data: {
        'exo-1': { phone_number: '04000000003', connectivity: { incoming_call: { status: 'flaky', last_check_time: 'lately' } } },
        'exo-2': { phone_number: ['04000000004', '04000000005'], connectivity: { incoming_call: { ...OUTAGE, status: 'flaky' } } },
      },
    },
    says: {
      ...beat('warning', {
        at: null,
        incoming: {
          count: 2,
          exoPhones: [
            { ...DOWN, state: 'unknown', checkedAt: null },
            { ...DOWN, sid: 'exo-2', phoneNumber: null, state: 'unknown' },
          ],
        },
      }),
      exceptions: [
        unreadableValue('timestamp', 'now'),
        unreadableValue('data[][incoming_call][last_check_time]', 'lately'),
        unknownValue('data[][incoming_call][status]', 'flaky'),
        unreadableValue('data[][phone_number]', ''),
      ],
    },
  },
  {
    ...of,
    surface: 'status-callback',
    origin: 'constructed',
    variant: 'a heartbeat, sent to the StatusCallback’s URL',
    sent: { timestamp: '2018-08-22T15:19:23Z', status_type: 'OK' },
    says: { ...beat('ok'), exceptions: [{ field: 'surface', kind: 'other-surface', value: 'heartbeat' }] },
  },
]
