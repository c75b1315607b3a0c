import { RebuildStoppedError } from './rebuild-stopped-error.ts'
import { SwapUnknownError } from './swap-unknown-error.ts'

export interface Ended {
  /** It was told to. */
  readonly stopped: boolean
  /** What was rebuilt is gone. */
  readonly removed: boolean
}

/** What a rebuild that failed is told to have ended with. Whether the live projection was changed is what a stopped one must not be silent about. Pure. */
export const whatEnded = (error: unknown, { stopped, removed }: Ended): unknown =>
  stopped && !(error instanceof SwapUnknownError) ? new RebuildStoppedError(removed, { cause: error }) : error
