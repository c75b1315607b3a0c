import { z } from 'zod'

const EVERY_SECONDS_MAX = 86_400
const share = z.number().min(0).max(1)

/** What is told beside calls, while calls are made. */
export const NoticePlan = z.strictObject({
  heartbeat: z
    .strictObject({
      everySeconds: z.number().positive().max(EVERY_SECONDS_MAX).nullable().default(null).describe('Null: none is sent.'),
      shape: z.enum(['connectivity', 'bare']).default('connectivity').describe('Whether the two directions stand in `connectivity`, or beside the number.'),
      healthy: z.enum(['empty', 'null', 'absent']).default('empty').describe('What stands for no affected ExoPhones.'),
      warningRate: share.default(0).describe('Some ExoPhones cannot be reached.'),
      criticalRate: share.default(0).describe('None can be reached.'),
      tooLargeRate: share.default(0).describe('PAYLOAD_TOO_LARGE instead of the list.'),
    })
    .prefault({})
    .describe('The heartbeat of the ExoPhones’ network.'),
  sms: z
    .strictObject({
      perSecond: z.number().min(0).max(1_000).default(0).describe('How many SMS the customer sends, at random; each has one callback.'),
      shape: z.enum(['form', 'json', 'older']).default('form').describe('The form of the API pages, the JSON of references/webhooks, or the three fields of the older page.'),
      failedShare: share.default(0.1),
    })
    .prefault({})
    .describe('SMS status callbacks.'),
})
export type NoticePlan = z.output<typeof NoticePlan>
