import { REBUILD_SCHEMA } from '@rollcall/store/rebuild/rebuild-schema'

/** Somebody ended the rebuild before it was done. The live projection is as it was; the next rebuild begins anew. */
export class RebuildStoppedError extends Error {
  override readonly name = 'RebuildStoppedError'
  /** Not done: what was asked for remains (design §10). */
  readonly exitCode = 3
  /** @param removed whether what was rebuilt so far is gone: Postgres may be away, or not have been asked in time */
  constructor(removed: boolean, options?: ErrorOptions) {
    const rest = removed ? 'what was rebuilt is removed' : `what was rebuilt could not be removed: the next rebuild does, or DROP SCHEMA ${REBUILD_SCHEMA} CASCADE`
    super(`The rebuild was stopped before its end. The live projection was not changed, and ${rest}. Run it again when there is time: it begins anew.`, options)
  }
}
