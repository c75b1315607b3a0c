import type { Problem, ProblemKind } from '@rollcall/contracts/audit-api/problem'

const TYPE_PREFIX = 'urn:rollcall:problem:'

/** What the service answered instead, or `unreachable` where it did not answer at all. */
export class ProblemError extends Error {
  readonly kind: ProblemKind | 'unreachable'
  readonly detail: string
  constructor(kind: ProblemKind | 'unreachable', title: string, detail: string) {
    super(title)
    this.kind = kind
    this.detail = detail
  }
}

/** Reads a problem; something that is none (a proxy's page) is told by its status. */
export const readProblem = async (response: Response): Promise<ProblemError> => {
  const problem = (await response.json().catch(() => null)) as Problem | null
  if (problem !== null && typeof problem.type === 'string' && problem.type.startsWith(TYPE_PREFIX))
    return new ProblemError(problem.type.slice(TYPE_PREFIX.length) as ProblemKind, problem.title, problem.detail)
  return new ProblemError(kindOfStatus(response.status), `The answer was ${response.status}`, 'It did not come from Rollcall itself; perhaps from something in between.')
}

const kindOfStatus = (status: number): ProblemKind => {
  if (status === 401) return 'unauthenticated'
  if (status === 403) return 'forbidden'
  if (status === 404) return 'not-found'
  return status >= 500 ? 'unavailable' : 'bad-request'
}
