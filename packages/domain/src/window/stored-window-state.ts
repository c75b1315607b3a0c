import { z } from 'zod'
import type { WindowState } from './window-state.ts'

/** A window's state as it is stored, shown and told in audit records: the union of window-state.ts, read back through a schema. */
export const StoredWindowState: z.ZodType<WindowState> = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('open') }),
  z.strictObject({ state: z.literal('settling') }),
  z.strictObject({ state: z.literal('provisional'), scan: z.string(), digest: z.string() }),
  z.strictObject({ state: z.literal('final'), scans: z.tuple([z.string(), z.string()]), digest: z.string() }),
  z.strictObject({ state: z.literal('amended'), times: z.int().positive(), scan: z.string(), digest: z.string() }),
  z.strictObject({ state: z.literal('gap') }),
])
