import type { Logger } from '@rollcall/telemetry/create-logger'
import type { SignedCheckpoint } from '@rollcall/transparency-log/kept/kept-log'
import type { CheckpointPublisher } from '@rollcall/transparency-log/publish/publisher'

/** One place outside, and how far it knows. */
export interface PlaceStatus {
  readonly description: string
  /** Size of the newest checkpoint that it took; null for none since we started. */
  readonly published: number | null
  /** Why it did not take the last one; null where it did. */
  readonly trouble: string | null
}

export interface Publication {
  /** Sends the newest checkpoint to every place that has not taken it. Never rejects: a place that is away is asked again the next time. */
  publish(checkpoint: SignedCheckpoint, signal: AbortSignal): Promise<void>
  places(): readonly PlaceStatus[]
}

export const createPublication = (publishers: readonly CheckpointPublisher[], logger: Pick<Logger, 'warn' | 'info'>): Publication => {
  const places = publishers.map((publisher) => ({ publisher, published: null as number | null, trouble: null as string | null }))
  return {
    publish: async (checkpoint, signal) => {
      await Promise.all(
        places
          .filter(({ published }) => published !== checkpoint.size)
          .map(async (place) => {
            try {
              await place.publisher.publish(checkpoint, signal)
              if (place.trouble !== null) logger.info({ event: 'checkpoint.published', place: place.publisher.description }, 'checkpoints are published again')
              place.published = checkpoint.size
              place.trouble = null
            } catch (error) {
              if (signal.aborted) return
              if (place.trouble === null) logger.warn({ event: 'checkpoint.not-published', place: place.publisher.description, err: error }, 'a place did not take the checkpoint')
              place.trouble = error instanceof Error ? error.message : String(error)
            }
          }),
      )
    },
    places: () => places.map(({ publisher, published, trouble }) => ({ description: publisher.description, published, trouble })),
  }
}
