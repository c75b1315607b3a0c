import { z } from 'zod'

/** What a one-shot command of a service tells whoever started it while it works, over the channel between the two processes. */
export const OneShotMessage = z.discriminatedUnion('type', [
  /** Something worth a line of its own. */
  z.strictObject({ type: z.literal('notice'), text: z.string() }),
  z.strictObject({
    type: z.literal('progress'),
    /** Of the whole, 0 to 1. */
    share: z.number().min(0).max(1),
    /** How far it is, in words. */
    text: z.string(),
    /** How long it may yet take, in milliseconds; null where nobody knows. */
    msLeft: z.number().nullable(),
  }),
])
export type OneShotMessage = z.infer<typeof OneShotMessage>
