import { z } from 'zod'

/** Where Exotel's own pages and live accounts disagree, the answer is a switch. */
export const ApiProfile = z.strictObject({
  /** Whether a 429 says when to come back. */
  retryAfter: z.boolean().default(false),
  /** PageSize above 100. */
  pageSizeTooLarge: z.enum(['clamp', 'refuse']).default('clamp'),
  /** How a page without a next one says so. */
  noNextPage: z.enum(['empty', 'null', 'missing']).default('null'),
  /** Whether `details=true` adds Details to the rows of a list; undocumented, seen live by one integrator. */
  listDetails: z.boolean().default(false),
})
export type ApiProfile = z.output<typeof ApiProfile>
