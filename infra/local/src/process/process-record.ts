import { z } from 'zod'

/**
 * What is kept on disk about a server we started: enough for the next start to tell its own orphan from a stranger that was
 * given the same process number, and an orphan from a server somebody still uses.
 */
export const ProcessRecord = z.object({
  pid: z.int().positive(),
  /** A part of the command line that no other process has: the absolute path of its configuration or data. */
  marker: z.string().min(1),
  /** The process that started it, and when that began (see started-at.ts). */
  owner: z.object({ pid: z.int().positive(), startedAt: z.string() }),
})
export type ProcessRecord = z.infer<typeof ProcessRecord>

/** What the machine says of the two processes now: command line of the server, beginning of the owner; null for one that does not run. */
export interface Observed {
  readonly commandLine: string | null
  readonly ownerStartedAt: string | null
}

/** `gone`: nothing to do. `orphan`: ours, and whoever started it is dead. `owned`: somebody is using it. */
export const judgeRecord = (record: ProcessRecord, observed: Observed): 'gone' | 'orphan' | 'owned' => {
  if (observed.commandLine === null || !observed.commandLine.includes(record.marker)) return 'gone'
  return observed.ownerStartedAt === record.owner.startedAt ? 'owned' : 'orphan'
}
