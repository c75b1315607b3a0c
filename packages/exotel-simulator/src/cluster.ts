import { z } from 'zod'

/** An account lives in exactly one; each has an address of its own. */
export const Cluster = z.enum(['mumbai', 'singapore'])
export type Cluster = z.output<typeof Cluster>
