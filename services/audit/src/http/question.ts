import type { AnswerOf, AUDIT_ROUTES, AuditRouteName } from '@rollcall/contracts/audit-api/routes'
import type { z } from 'zod'
import type { Principal } from '../auth/principal.ts'

type Routes = typeof AUDIT_ROUTES
type Parsed<Route, Part extends string> = Route extends { readonly [P in Part]: infer Schema extends z.ZodType } ? z.infer<Schema> : undefined

/** What a route is asked, checked: by whom, and what its path, query and body say. */
export interface Question<Name extends AuditRouteName = AuditRouteName> {
  readonly principal: Principal
  readonly params: Parsed<Routes[Name], 'params'>
  readonly query: Parsed<Routes[Name], 'query'>
  readonly body: Parsed<Routes[Name], 'body'>
}

/** What answers each route. */
export type Handlers = { readonly [Name in AuditRouteName]: (question: Question<Name>) => Promise<AnswerOf<Name>> }
