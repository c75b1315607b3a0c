/** A place outside our control for signed checkpoints: who could change our database and our log must not be able to change this. */
export interface CheckpointPublisher {
  /** Where to, without secrets: shown in logs and `status`. */
  readonly description: string
  /** @throws when it is not known to be there; the next checkpoint is published anyway, which stands for this one too */
  publish(checkpoint: { readonly note: string; readonly size: number }, signal: AbortSignal): Promise<void>
}

/** `{size}` in a target stands for the checkpoint's number of leaves: one object for each, where the place keeps what it was given. */
export const targetFor = (target: string, size: number): string => target.replaceAll('{size}', size.toString())

export class PublishError extends Error {
  override readonly name = 'PublishError'
}
