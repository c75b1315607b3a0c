import type { Clock } from '@rollcall/domain/time'

/** What a command knows of the world it was called in. Built once, in main.ts. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder of the clone: services are started from here, and data is kept here unless told otherwise. */
  readonly root: string
  readonly clock: Clock
  /** Writes to standard output as it is; a command ends its own lines. */
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Null in a pipe. */
  readonly screen: Screen | null
}

/** A terminal; its size is asked again for every picture. */
export interface Screen {
  readonly size: () => { readonly columns: number; readonly rows: number }
  readonly colour: boolean
}
