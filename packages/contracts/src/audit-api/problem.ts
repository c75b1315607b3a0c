import { z } from 'zod'

/** RFC 9457. One status for each kind; `detail` says in one sentence what to change, and nothing of the inside. */
export const PROBLEMS = {
  'bad-request': { status: 400, title: 'The question is not well formed' },
  'range-too-wide': { status: 400, title: 'The range is too wide' },
  'bad-cursor': { status: 400, title: 'The cursor is not one of ours' },
  unauthenticated: { status: 401, title: 'No valid token' },
  'token-expired': { status: 401, title: 'The token is no longer valid' },
  forbidden: { status: 403, title: 'The token does not allow this' },
  'not-found': { status: 404, title: 'There is no such thing' },
  /** Also of an account that the token does not see. */
  'unknown-account': { status: 404, title: 'There is no such account' },
  'method-not-allowed': { status: 405, title: 'Not by this method' },
  'not-yet': { status: 409, title: 'Not yet' },
  'own-work': { status: 409, title: 'Who prepares does not review' },
  changed: { status: 409, title: 'It is not as you saw it' },
  'checkpoint-older': { status: 409, title: 'The checkpoint is older than the one you saved' },
  'too-large': { status: 413, title: 'The body is too large' },
  'bad-media-type': { status: 415, title: 'The body is not JSON' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something is wrong on our side' },
  unavailable: { status: 503, title: 'The database or the log does not answer' },
  'too-slow': { status: 503, title: 'The question took too long' },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly title: string }>>
export type ProblemKind = keyof typeof PROBLEMS

const TYPE_PREFIX = 'urn:rollcall:problem:'

export const Problem = z.strictObject({
  /** `urn:rollcall:problem:` and the kind. */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  /** Where in the question something is wrong. */
  errors: z.array(z.strictObject({ at: z.string(), message: z.string() })).optional(),
})
export type Problem = z.infer<typeof Problem>

/** The answer that says so. Pure. */
export const problemOf = (kind: ProblemKind, detail: string, errors?: Problem['errors']): Problem => ({
  type: TYPE_PREFIX + kind,
  title: PROBLEMS[kind].title,
  status: PROBLEMS[kind].status,
  detail,
  ...(errors === undefined ? {} : { errors }),
})
