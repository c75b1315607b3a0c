import { PROBLEMS, Problem, type ProblemKind } from '@rollcall/contracts/audit-api/problem'
import { AUDIT_ROUTES, type AuditRoute } from '@rollcall/contracts/audit-api/routes'
import { z } from 'zod'
import { openApiPath } from './open-api-path.ts'

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Record<string, unknown>
  return rest
}

const parametersOf = (place: 'path' | 'query', schema: z.ZodObject | undefined) =>
  Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || !(field as z.ZodType).safeParse(undefined).success,
    schema: schemaOf(field as z.ZodType, 'input'),
  }))

const problemsOf = ({ path, params, query, body, method, scope, problems = [] }: AuditRoute): readonly ProblemKind[] => [
  ...(params || query || body ? (['bad-request'] as const) : []),
  'unauthenticated',
  ...(scope === null && method === 'GET' ? [] : (['forbidden'] as const)),
  ...(scope === null || path === '/v1/accounts' ? [] : (['not-found'] as const)),
  ...(query !== undefined && 'asOf' in query.shape ? (['not-yet'] as const) : []),
  ...(query !== undefined && 'saved' in query.shape ? (['not-yet', 'checkpoint-older'] as const) : []),
  ...(body ? (['too-large', 'bad-media-type'] as const) : []),
  ...problems,
  'too-many-requests',
  'unavailable',
]

const operationOf = (name: string, route: AuditRoute) => ({
  operationId: name,
  summary: route.summary,
  ...(route.scope === null ? {} : { description: `Needs the scope \`${route.scope}\`.` }),
  parameters: [...parametersOf('path', route.params), ...parametersOf('query', route.query)],
  ...(route.body === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(route.body, 'input') } } } }),
  responses: {
    ...(route.answer instanceof z.ZodNull
      ? { 204: { description: 'Done.' } }
      : { 200: { description: 'The answer.', content: { [route.file ?? 'application/json']: { schema: schemaOf(route.answer, 'output') } } } }),
    ...(route.method === 'GET' && route.file === undefined ? { 304: { description: 'As it was: the ETag in If-None-Match is still its own.' } } : {}),
    ...Object.fromEntries(
      [...new Set([400 as number, ...problemsOf(route).map((kind) => PROBLEMS[kind].status)])].map((status) => [
        status,
        {
          description: Object.entries(PROBLEMS)
            .filter(([, problem]) => problem.status === status)
            .map(([kind, { title }]) => `\`${kind}\`: ${title}.`)
            .join(' '),
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      ]),
    ),
  },
})

/** The API as OpenAPI 3.1, made of the table of routes. Pure. */
export const openApiDocument = () => {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [name, route] of Object.entries(AUDIT_ROUTES) as [string, AuditRoute][]) {
    const path = openApiPath(route.path)
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(name, route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rollcall audit API',
      version: '1',
      description: 'Whether every call is there, and how that is known. docs/audit-api.md explains it.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { cookie: [] }],
    paths,
    components: {
      schemas: { Problem: schemaOf(Problem, 'output') },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'A token of `rollcall token create`, or a JWT of the configured issuer.' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'rollcall_token', description: 'Set by POST /v1/session, for the page.' },
      },
    },
  }
}
