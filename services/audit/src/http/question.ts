import type { AnswerOf, AUDIT_ROUTES, AuditRouteName, FileRouteName } from '@rollcall/contracts/audit-api/routes'
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

/** Begins the answer, which is a file of that name. Gives what takes its bytes in order, and rejects where nobody takes them any more. */
export type BeginFile = (name: string) => (bytes: Uint8Array) => Promise<void>

/** Answers with a file: until it begins it may refuse by throwing a QuestionError; what it throws later breaks the answer off. */
export type FileHandler<Name extends FileRouteName = FileRouteName> = (question: Question<Name>, begin: BeginFile) => Promise<void>

/** What answers each route. */
export type Handlers = {
  readonly [Name in AuditRouteName]: Name extends FileRouteName ? FileHandler<Name> : (question: Question<Name>) => Promise<AnswerOf<Name>>
}
