import { z } from 'zod'
import { WEBHOOK_SURFACES } from './calls/ledger-call.ts'

const DELAY_SECONDS_MAX = 86_400
const rate = z.number().min(0).max(1)
const seconds = z.number().min(0).max(DELAY_SECONDS_MAX)

/** Each rate's setting, the fault it makes, and what goes wrong. */
const RATES = {
  dropRate: 'Never sent.',
  duplicateRate: 'Sent a second time, byte for byte, a little later.',
  reorderRate: 'Held back until something newer has been sent: the same call’s next webhook where there is one, other calls’ otherwise.',
  recordingAbsentRate: 'RecordingUrl is left out though there is a recording.',
  caseChangedRate: 'Statuses in other letter case: COMPLETED, No-Answer.',
  cancelledRate: '`canceled` is spelled `cancelled`.',
  extraFieldsRate: 'Fields that no page knows.',
  legsFromOneRate: 'Legs of forms and queries are counted from 1.',
  listRenderedRate: "Values as lists: ['completed'].",
  emptyBodyRate: 'Sent without its body, or a GET without its query.',
  truncatedRate: 'A multipart body breaks off in the middle.',
  probeRate: 'A GET or HEAD without parameters comes first.',
  beforeResponseRate: 'For calls made by the connect API: the first webhook comes before the API has answered.',
} as const
type RateName = keyof typeof RATES

const rates = <Schema extends z.ZodType>(schema: () => Schema) =>
  Object.fromEntries(Object.entries(RATES).map(([name, what]) => [name, schema().describe(what)])) as unknown as Record<RateName, Schema>

const delay = z
  .strictObject({ rate: rate.default(0), seconds: seconds.default(60), secondsMax: seconds.nullable().default(null) })
  .refine(({ seconds: min, secondsMax: max }) => max === null || min <= max, { error: 'seconds is above secondsMax' })

/** What goes wrong on purpose, decided for each webhook by the seed and noted in the ledger. Rates are shares of all webhooks. */
export const WebhookFaults = z.strictObject({
  ...rates(() => rate.default(0)),
  quotedDigitsRate: rate.default(1).describe('`digits` keep the literal quotes that Exotel puts round them.'),
  delay: delay.prefault({}).describe('Sent so much later; with secondsMax anything between the two, small delays as likely as large ones.'),
  surfaces: z
    .partialRecord(z.enum(WEBHOOK_SURFACES), z.strictObject({ ...rates(() => rate.optional()), quotedDigitsRate: rate.optional(), delay: delay.optional() }))
    .default({})
    .describe('Other rates for one surface; what it does not name is as above.'),
})
export type WebhookFaults = z.output<typeof WebhookFaults>
export type SurfaceFaults = Omit<WebhookFaults, 'surfaces'>
