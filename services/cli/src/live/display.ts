import type { LivePicture } from './live-picture.ts'

/** Where `start` shows what happens. */
export interface Display {
  /** Something worth telling, once. */
  line(text: string): void
  /** How things stand now. */
  picture(picture: LivePicture): void
  /** The last state stays to be read. */
  close(): void
}
