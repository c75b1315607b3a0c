/** Somebody ended the check before it was done. Nothing is left of it. */
export class CheckStoppedError extends Error {
  override readonly name = 'CheckStoppedError'
  /** Failed: 3 says that something differs, and nobody knows that. */
  readonly exitCode = 1
  constructor(options?: ErrorOptions) {
    super(
      'The check was stopped before its end. Of the day that was under way nothing is known, and nothing is left; days before it were told. Run it again when there is time.',
      options,
    )
  }
}
