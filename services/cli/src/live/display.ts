import type { LivePicture } from './live-picture.ts'

/** Where `start` shows what happens. */
export interface Display {
  /** Something worth telling, once. */
  line(text: string): void
  /** How things stand now. */
  picture(picture: LivePicture): void
  /** The last picture stays as it is; lines told from now on come below it. */
  freeze(): void
  /** The end of it. */
  close(): void
}
