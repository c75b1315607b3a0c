/** Somebody ended the rebuild before it was done. The live projection is as it was; the next rebuild begins anew. */
export class RebuildStoppedError extends Error {
  override readonly name = 'RebuildStoppedError'
  /** Not done: what was asked for remains (design §10). */
  readonly exitCode = 3
  constructor(options?: ErrorOptions) {
    super('The rebuild was stopped before its end. The live projection was not changed, and what was rebuilt is removed. Run it again when there is time: it begins anew.', options)
  }
}
