import { BODIES, type GoldenCase, unknownValue } from './golden-case.ts'

const of = { surface: 'campaign', encodings: ['json'] } as const

/** Contract §12, and Exotel's "Campaign Webhooks". */
const CALL = {
  campaign_sid: 'camp_abc123',
  call_sid: 'call_def456',
  date_created: '2024-01-15T09:05:00+05:30',
  date_updated: '2024-01-15T09:05:47+05:30',
  number: '+919000000001',
  status: 'completed',
}
const says = {
  callSid: 'call_def456',
  event: 'campaign/call',
  vendorTime: '2024-01-15T03:35:47Z',
  values: { status: 'completed', createdAt: '2024-01-15T03:35:00.000Z' },
}

export const CAMPAIGNS: readonly GoldenCase[] = [
  { ...of, encodings: BODIES, origin: 'documented', variant: 'one attempt: whether its number is the API’s From or To is not known, so it is neither', sent: CALL, says },
  {
    ...of,
    origin: 'constructed',
    variant: 'one attempt, with a status that is new to us',
    sent: { ...CALL, status: 'retrying' },
    says: { ...says, values: { ...says.values, status: 'unknown' }, exceptions: [unknownValue('status', 'retrying')] },
  },
  {
    ...of,
    origin: 'documented',
    variant: 'all attempts for a number are over',
    sent: {
      campaign_sid: 'camp_abc123',
      to: '+919000000001',
      from: '0XXXXXX4890',
      call_sids: ['call_def456', 'call_ghi789', 'call_jkl012'],
      status: 'failed',
      date_created: '2024-01-15T09:05:00+05:30',
      date_updated: '2024-01-15T09:35:00+05:30',
    },
    says: { why: 'a campaign’s last word on a number, not on one call', notice: null },
  },
  {
    ...of,
    origin: 'documented',
    variant: 'the campaign is over',
    sent: {
      campaign_sid: 'camp_abc123',
      status: 'Completed',
      date_created: '2024-01-14T16:30:00+05:30',
      date_updated: '2024-01-15T18:00:00+05:30',
      report_url: 'https://reports.example/campaign_report.csv',
    },
    says: { why: 'the end of a campaign', notice: null },
  },
  {
    ...of,
    surface: 'status-callback',
    origin: 'constructed',
    variant: 'a campaign’s call, sent to the StatusCallback’s URL',
    sent: CALL,
    says: { ...says, exceptions: [{ field: 'surface', kind: 'other-surface', value: 'campaign' }] },
  },
]
