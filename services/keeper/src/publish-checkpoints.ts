import type { Instant } from '@rollcall/domain/time'
import type { Logger } from '@rollcall/telemetry/create-logger'
import type { SignedCheckpoint } from '@rollcall/transparency-log/kept/kept-log'
import type { CheckpointPublisher } from '@rollcall/transparency-log/publish/publisher'

/** A checkpoint, and when it was signed, by this host's clock. */
export type DatedCheckpoint = SignedCheckpoint & { readonly signedAt: Instant }

/** One place outside, and how far it knows. */
export interface PlaceStatus {
  readonly description: string
  /** Size of the newest checkpoint that it took; null for none since we started. */
  readonly published: number | null
  /** Why it did not take the last one; null where it did. */
  readonly trouble: string | null
  /** When the first checkpoint was signed that it has not taken, nor a later one; null where it has the newest. */
  readonly lacksSince: Instant | null
}

export interface Publication {
  /** Sends the newest checkpoint to every place that has not taken it. Never rejects: a place that is away is asked again the next time. */
  publish(checkpoint: DatedCheckpoint, signal: AbortSignal): Promise<void>
  places(): readonly PlaceStatus[]
}

export const createPublication = (publishers: readonly CheckpointPublisher[], logger: Pick<Logger, 'warn' | 'info'>): Publication => {
  const places = publishers.map((publisher) => ({ publisher, taken: null as SignedCheckpoint | null, trouble: null as string | null, lacksSince: null as Instant | null }))
  return {
    publish: async (checkpoint, signal) => {
      await Promise.all(
        places
          // By its note: the same tree, signed by other keys, is another checkpoint.
          .filter(({ taken }) => taken?.note !== checkpoint.note)
          .map(async (place) => {
            place.lacksSince ??= checkpoint.signedAt
            try {
              await place.publisher.publish(checkpoint, signal)
              if (place.trouble !== null) logger.info({ event: 'checkpoint.published', place: place.publisher.description }, 'checkpoints are published again')
              place.taken = checkpoint
              place.trouble = null
              place.lacksSince = null
            } catch (error) {
              if (signal.aborted) return
              if (place.trouble === null) logger.warn({ event: 'checkpoint.not-published', place: place.publisher.description, err: error }, 'a place did not take the checkpoint')
              place.trouble = error instanceof Error ? error.message : String(error)
            }
          }),
      )
    },
    places: () => places.map(({ publisher, taken, trouble, lacksSince }) => ({ description: publisher.description, published: taken?.size ?? null, trouble, lacksSince })),
  }
}
