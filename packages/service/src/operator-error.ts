/**
 * Something only a person can put right: a setting, a file, a topic. Its message is written for that person and is all they see:
 * what is wrong, its value, what is needed, how to change it. `runService` prints it and exits with `exitCode`.
 */
export class OperatorError extends Error {
  override readonly name: string = 'OperatorError'
  /** 2 is bad usage or configuration (design §10). */
  readonly exitCode = 2
}
