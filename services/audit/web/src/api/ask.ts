import type { AnswerOf } from '@rollcall/contracts/audit-api/routes'
import { type AskedRoute, addressOf, PATHS, type Question } from './paths.ts'
import { ProblemError, readProblem } from './problem-error.ts'

/** What was answered last to one address, to show again at once and to ask `If-None-Match`. */
interface Kept {
  readonly etag: string | null
  readonly answer: unknown
}

const KEPT_MAX = 60
const kept = new Map<string, Kept>()

/** What was answered to this question before, if it is still kept. */
export const keptAnswer = <Name extends AskedRoute>(route: Name, question: Question): AnswerOf<Name> | undefined =>
  kept.get(addressOf(route, question))?.answer as AnswerOf<Name> | undefined

/** Forgets every answer: another person may sit here now. */
export const forgetAnswers = (): void => kept.clear()

/** Asks by GET. `changed` is false where the service said that it is still as it was. */
export const ask = async <Name extends AskedRoute>(route: Name, question: Question, signal?: AbortSignal): Promise<{ answer: AnswerOf<Name>; changed: boolean }> => {
  const address = addressOf(route, question)
  const before = kept.get(address)
  const response = await send(address, { headers: { accept: 'application/json', ...(before?.etag ? { 'if-none-match': before.etag } : {}) }, ...(signal ? { signal } : {}) })
  if (response.status === 304 && before !== undefined) return { answer: before.answer as AnswerOf<Name>, changed: false }
  const answer = (await response.json()) as AnswerOf<Name>
  keep(address, { etag: response.headers.get('etag'), answer })
  return { answer, changed: true }
}

/** Does something, by POST or DELETE. What it answers is kept nowhere: it may be personal. */
export const act = async <Name extends AskedRoute>(route: Name, question: Question, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<AnswerOf<Name>> => {
  const [method = 'POST'] = PATHS[route].split(' ')
  const response = await send(addressOf(route, question), {
    method,
    headers: { accept: 'application/json', ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return (response.status === 204 ? null : await response.json()) as AnswerOf<Name>
}

const send = async (address: string, init: RequestInit): Promise<Response> => {
  const response = await fetch(address, { ...init, cache: 'no-store', credentials: 'same-origin', redirect: 'error' }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ProblemError('unreachable', 'Rollcall does not answer', 'The connection failed. What is shown may be out of date.')
  })
  if (response.ok || response.status === 304) return response
  throw await readProblem(response)
}

const keep = (address: string, entry: Kept): void => {
  kept.delete(address)
  kept.set(address, entry)
  const [oldest] = kept.keys()
  if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest)
}
