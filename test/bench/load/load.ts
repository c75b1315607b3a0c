import { z } from 'zod'

/** What to send, and for how long. */
export const LoadRequest = z.object({ url: z.url(), connections: z.int().positive(), seconds: z.number().positive(), mark: z.string() })
export type LoadRequest = z.infer<typeof LoadRequest>

/** What came back. Latencies in milliseconds, of the 2xx answers. */
export const LoadResult = z.object({
  answered: z.int(),
  perSecond: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  otherAnswers: z.int(),
  errors: z.int(),
  cpuSeconds: z.number(),
})
export type LoadResult = z.infer<typeof LoadResult>
