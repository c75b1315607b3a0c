import { z } from 'zod'

/** What the floor's process is started with. */
export const FloorRequest = z.object({ port: z.int(), processes: z.int().positive(), brokers: z.array(z.string()), topic: z.string() })
export type FloorRequest = z.infer<typeof FloorRequest>
