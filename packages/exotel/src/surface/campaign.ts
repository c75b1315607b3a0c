import { z } from 'zod'
import { Sid, Status, Text, Time } from '../words/vendor-field.ts'
import { callSurface } from './call-surface.ts'

/** Contract §12, and Exotel's "Campaign Webhooks". Of the API's From and To, `number` may be either, so it is neither here. */
const CampaignCall = z.object({ call_sid: Sid, status: Status, date_created: Time, date_updated: Time, account_sid: Text })

/** A campaign's `call_status_callback`: one attempt to call one number. */
export const campaignCall = callSurface({
  schema: CampaignCall,
  callSid: 'call_sid',
  accountSid: 'account_sid',
  vendorTime: 'date_updated',
  event: () => 'campaign/call',
  facts: { status: 'status', createdAt: 'date_created' },
})
