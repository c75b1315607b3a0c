import { createContext } from 'preact'

/** Whether pages that show what goes on ask again by themselves, and who is told when they were answered. */
export interface LiveUpdates {
  readonly paused: boolean
  /** `changed`: something is different from what was shown. */
  readonly heard: (changed: boolean) => void
}

export const Live = createContext<LiveUpdates>({ paused: false, heard: () => undefined })
