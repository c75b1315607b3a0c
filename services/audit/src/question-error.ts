import type { Problem, ProblemKind } from '@rollcall/contracts/audit-api/problem'

/** Why a question is not answered, for whoever asked: thrown anywhere below a route, and answered as a problem. */
export class QuestionError extends Error {
  override readonly name = 'QuestionError'
  readonly kind: ProblemKind
  readonly errors: Problem['errors']
  constructor(kind: ProblemKind, detail: string, errors?: Problem['errors']) {
    super(detail)
    this.kind = kind
    this.errors = errors
  }
}
