import type { AuditRoute } from '@rollcall/contracts/audit-api/routes'
import type { z } from 'zod'
import { QuestionError } from '../question-error.ts'

/** What one part of a request says. @throws QuestionError that names every place where something is wrong, and never repeats what was sent */
const parsePart = (part: 'path' | 'query' | 'body', schema: z.ZodType | undefined, given: unknown): unknown => {
  if (schema === undefined) {
    if (part === 'query' && Object.keys(given as object).length > 0) throw new QuestionError('bad-request', 'This takes no query.')
    return undefined
  }
  const parsed = schema.safeParse(given ?? {})
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.map(({ path, message }) => ({ at: [part, ...path].join('.'), message }))
  throw new QuestionError('bad-request', `${errors[0]?.at ?? part}: ${errors[0]?.message ?? 'not as it should be'}`, errors)
}

/** Path first: what it names decides who may ask. */
export const parsePath = (route: AuditRoute, given: unknown): unknown => (route.params === undefined ? undefined : parsePart('path', route.params, given))

export const parseQueryAndBody = (route: AuditRoute, query: unknown, body: unknown): { readonly query: unknown; readonly body: unknown } => ({
  query: parsePart('query', route.query, query),
  body: parsePart('body', route.body, body),
})
