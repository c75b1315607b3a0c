import { describe, expect, expectTypeOf, it } from 'vitest'
import { RANGE_DAYS_MAX } from './bounds.ts'
import { PROBLEMS, Problem, type ProblemKind, problemOf } from './problem.ts'
import { type AnswerOf, AUDIT_ROUTES, type AuditRoute } from './routes.ts'

const ROUTES: readonly (readonly [string, AuditRoute])[] = Object.entries(AUDIT_ROUTES)

describe('the routes', () => {
  it.each(ROUTES)('%s names its parameters in the path and in the schema alike', (_, { path, params }) =>
    expect(Object.keys(params?.shape ?? {}).toSorted()).toEqual([...path.matchAll(/:(\w+)/g)].map(([, name]) => name).toSorted()),
  )

  it('are each there once', () => expect(new Set(ROUTES.map(([, { method, path }]) => `${method} ${path}`)).size).toBe(ROUTES.length))

  it.each(ROUTES)('%s shows personal data in clear only for pii:read, and only when it is asked to by a body with a reason', (_, { personal, scope, method, body }) => {
    expect(personal === true).toBe(scope === 'pii:read')
    if (personal) expect([method, body?.safeParse({}).success]).toEqual(['POST', false])
  })

  it.each(ROUTES)('%s changes nothing by GET', (_, { method, body }) => expect(method === 'GET' && body !== undefined).toBe(false))

  it('answer a page what it may rely on', () =>
    expectTypeOf<AnswerOf<'accounts'>['accounts'][number]['today']['completeness']['answer']>().toEqualTypeOf<'complete' | 'incomplete' | 'unproven'>())

  it('bound every range, the finer the narrower', () => expect(RANGE_DAYS_MAX.windows < RANGE_DAYS_MAX.hours && RANGE_DAYS_MAX.hours < RANGE_DAYS_MAX.days).toBe(true))
})

describe('a problem', () => {
  it.each(Object.keys(PROBLEMS) as ProblemKind[])('%s says its status in itself', (kind) => {
    const problem = Problem.parse(problemOf(kind, 'why'))
    expect(problem).toMatchObject({ type: `urn:rollcall:problem:${kind}`, status: PROBLEMS[kind].status, detail: 'why' })
  })
})
