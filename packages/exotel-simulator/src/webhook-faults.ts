import { z } from 'zod'

const rate = z.number().min(0).max(1).default(0)

/** What goes wrong on purpose, decided for each webhook by the seed and noted in the ledger. Rates are shares of all webhooks. */
export const WebhookFaults = z.strictObject({
  /** Never sent. */
  dropRate: rate,
  /** Sent a second time, byte for byte, a little later. */
  duplicateRate: rate,
  delay: z.strictObject({ rate, seconds: z.number().min(0).max(86_400).default(60) }).prefault({}),
  /** Held back until something newer has been sent: the same call's next webhook where there is one, other calls' otherwise. */
  reorderRate: rate,
})
export type WebhookFaults = z.output<typeof WebhookFaults>
