/** The answer to the swap's COMMIT was lost, and the server did not say what became of it. */
export class SwapUnknownError extends Error {
  override readonly name = 'SwapUnknownError'
  /** Not known to be done: what was asked for may remain. */
  readonly exitCode = 3
  /** @param transactionId of the swap */
  constructor(transactionId: string, options?: ErrorOptions) {
    super(
      `The connection to Postgres was lost while the swap was committed: the rebuilt projection may have taken the live one's place, or not; nothing is half done. ` +
        `To find out, ask the same server: SELECT pg_xact_status('${transactionId}'). "committed": it has. "aborted": it has not; run the rebuild again. ` +
        'Where another server has taken over meanwhile, run it again in any case: it does no harm twice.',
      options,
    )
  }
}
