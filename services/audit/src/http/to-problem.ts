import { type Problem, problemOf } from '@rollcall/contracts/audit-api/problem'
import { LogUnavailableError } from '@rollcall/event-log/event-log'
import { isRetryable } from '@rollcall/store/errors'
import { QuestionError } from '../question-error.ts'

/** Postgres: the statement was ended by its timeout. */
const QUERY_CANCELED = '57014'

/** What fastify says of a request before it is ours, by the code of its error. */
const OF_FASTIFY: Readonly<Record<string, () => Problem>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => problemOf('bad-media-type', 'Send application/json.'),
  FST_ERR_CTP_BODY_TOO_LARGE: () => problemOf('too-large', 'The body has more than 16 KiB.'),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => problemOf('bad-request', 'The body is empty; needed is JSON.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => problemOf('bad-request', 'Content-Length is not the length of the body.'),
  FST_ERR_CTP_INVALID_JSON_BODY: () => problemOf('bad-request', 'The body is not JSON.'),
  FST_ERR_BAD_URL: () => problemOf('bad-request', 'The address is not well formed.'),
}

/** What is answered for an error, and whether it is a fault of ours that somebody must look at. Nothing of the inside is told. Pure. */
export const toProblem = (error: unknown): { readonly problem: Problem; readonly ours: boolean } => {
  if (error instanceof QuestionError) return { problem: problemOf(error.kind, error.message, error.errors), ours: false }
  const { code, statusCode } = (error ?? {}) as { code?: unknown; statusCode?: unknown }
  if (code === QUERY_CANCELED) return { problem: problemOf('too-slow', 'It took too long to find out. Ask for a shorter time.'), ours: false }
  if (error instanceof LogUnavailableError) return { problem: problemOf('unavailable', 'The event log does not answer just now. Ask again in a moment.'), ours: false }
  if (isRetryable(error)) return { problem: problemOf('unavailable', 'The database does not answer just now. Ask again in a moment.'), ours: false }
  const known = typeof code === 'string' ? OF_FASTIFY[code] : undefined
  if (known !== undefined) return { problem: known(), ours: false }
  if (statusCode === 400) return { problem: problemOf('bad-request', 'The request is not well formed.'), ours: false }
  return { problem: problemOf('internal', 'Something went wrong here. It was noted.'), ours: true }
}
