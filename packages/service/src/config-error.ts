import { OperatorError } from './operator-error.ts'

/** The configuration cannot be used. One line per problem, so that all of them can be fixed in one go. */
export class ConfigError extends OperatorError {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}
