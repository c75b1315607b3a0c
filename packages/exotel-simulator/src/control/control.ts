import { z } from 'zod'
import { type ControlAnswer, ControlError, type Controlled, type ControlRequest, type ControlRoute, type RouteInput } from './control-route.ts'
import { CONTROL_ROUTES } from './control-routes.ts'

export type Control = (request: ControlRequest) => ControlAnswer

const problem = (status: number, error: string, headers: Readonly<Record<string, string>> = {}): ControlAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ error }),
})

/** The control API: shows what was true, and changes what goes wrong. */
export const createControl =
  (controlled: Controlled): Control =>
  (request) => {
    const url = new URL(request.url, 'http://simulator')
    const there = CONTROL_ROUTES.flatMap((route) => {
      const name = nameIn(route, url.pathname)
      return name === null ? [] : [{ route, name }]
    })
    if (there.length === 0) return problem(404, `nothing is at ${url.pathname}; /sim/openapi.json says what there is`)
    const found = there.find(({ route }) => route.method === request.method)
    if (found === undefined) return problem(405, `${request.method} is not for ${url.pathname}`, { allow: there.map(({ route }) => route.method).join(', ') })
    try {
      const { route, name } = found
      return answerOf(route, controlled, { name, query: url.searchParams, body: route.takes === null ? null : readBody(route.takes, request) })
    } catch (error) {
      if (error instanceof ControlError) return problem(error.status, error.message)
      if (error instanceof TypeError) return problem(400, error.message)
      throw error
    }
  }

/** What stands for the path's `{…}`, '' where it has none; null: another path. */
const nameIn = ({ path }: ControlRoute, pathname: string): string | null => {
  const [fixed, name] = path.split('{')
  if (name === undefined) return pathname === path ? '' : null
  if (!pathname.startsWith(fixed as string) || pathname.length === (fixed as string).length) return null
  return pathname.slice((fixed as string).length)
}

/** A page in a browser cannot send this type without asking first. */
const readBody = (schema: z.ZodType, { contentType, body }: ControlRequest): unknown => {
  if (!contentType.startsWith('application/json')) throw new ControlError(415, 'the body has to be application/json')
  const value = parseJson(body)
  const read = schema.safeParse(value)
  if (!read.success) throw new ControlError(400, z.prettifyError(read.error))
  return read.data
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new ControlError(400, 'the body is not JSON')
  }
}

const answerOf = ({ gives, answer }: ControlRoute, controlled: Controlled, input: RouteInput): ControlAnswer => {
  const given = answer(controlled, input)
  const isText = Symbol.iterator in given && !Array.isArray(given)
  return { status: gives.status, headers: { 'content-type': gives.contentType }, body: isText ? (given as Iterable<string>) : JSON.stringify(given) }
}
