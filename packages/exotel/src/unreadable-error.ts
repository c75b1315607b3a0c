/** An observation that cannot be read into facts. Its message is the dead letter's reason: it names fields, never their values. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError'
}
