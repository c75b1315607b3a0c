import type { z } from 'zod'
import { UnreadableError } from '../unreadable-error.ts'

/** What a surface's schema makes of a value. The first thing wrong is the reason: its field and what is needed. Throws UnreadableError. */
export const parseWith = <S extends z.ZodType>(schema: S, value: unknown): z.infer<S> => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new UnreadableError(`${issue?.path.join('.') || 'the body'} ${issue?.message ?? 'is not readable'}`)
}
