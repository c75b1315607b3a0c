import { z } from 'zod'
import type { ControlRoute } from './control-route.ts'

const ERROR = { type: 'object', properties: { error: { type: 'string' } }, required: ['error'] }
const problem = (description: string) => ({ description, content: { 'application/json': { schema: ERROR } } })

/** The description of the control API, OpenAPI 3.1. Entries of the ledger are described by their TypeScript types alone. */
export const openApi = (routes: readonly ControlRoute[]): object => ({
  openapi: '3.1.0',
  info: {
    title: 'Control of the Exotel simulator',
    version: '1',
    description: 'What was true, and what goes wrong. Without credentials: keep it on the loopback address. Exotel’s own API is below /v1 of the same address.',
  },
  paths: Object.fromEntries([...new Set(routes.map(({ path }) => path))].map((path) => [path, pathItem(routes.filter((route) => route.path === path))])),
})

const pathItem = (routes: readonly ControlRoute[]): object => Object.fromEntries(routes.map((route) => [route.method.toLowerCase(), operation(route)]))

const operation = ({ method, path, summary, query, takes, gives }: ControlRoute): object => {
  const name = /\{(\w+)\}/.exec(path)?.[1]
  const parameters = [
    ...(name === undefined ? [] : [{ name, in: 'path', required: true, schema: { type: 'string' } }]),
    ...Object.entries(query).map(([parameter, description]) => ({ name: parameter, in: 'query', required: false, description, schema: { type: 'string' } })),
  ]
  return {
    operationId: `${method.toLowerCase()}${path.replace(/\{.*/, 'One').replace(/[^A-Za-z]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(takes === null ? {} : { requestBody: { required: true, content: { 'application/json': { schema: z.toJSONSchema(takes, { io: 'input' }) } } } }),
    responses: {
      [gives.status]: { description: gives.what, content: { [gives.contentType]: { schema: gives.contentType === 'application/json' ? {} : { type: 'string' } } } },
      ...(takes === null && parameters.length === 0 ? {} : { '400': problem('Asked wrongly; the error names what is wrong.') }),
      ...(name === undefined ? {} : { '404': problem('There is none.') }),
      ...(takes === null ? {} : { '415': problem('The body is not application/json.') }),
    },
  }
}
