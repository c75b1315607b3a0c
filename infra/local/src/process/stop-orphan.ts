import { rm } from 'node:fs/promises'
import { keptFile } from '../kept-file.ts'
import { commandLineOf } from './command-line-of.ts'
import { judgeRecord, ProcessRecord } from './process-record.ts'
import { startedAt } from './started-at.ts'
import { type StopStep, stopProcess } from './stop-process.ts'

export interface StopOrphanOptions {
  /** What the server is, for people: `Kafka node 1`. */
  readonly name: string
  readonly recordFile: string
  readonly steps: readonly StopStep[]
  readonly onLine: (line: string) => void
}

/**
 * Before a server starts: one that a killed earlier start left behind is stopped, and one that is in use is refused.
 * @throws Error naming the process that uses it, or the orphan that would not end.
 */
export const stopOrphan = async ({ name, recordFile, steps, onLine }: StopOrphanOptions): Promise<void> => {
  const record = await keptFile(recordFile, ProcessRecord).read()
  if (record === null) return
  const { pid, owner, marker } = record
  const isRunning = async () => (await commandLineOf(pid))?.includes(marker) ?? false
  const judged = judgeRecord(record, { commandLine: await commandLineOf(pid), ownerStartedAt: await startedAt(owner.pid) })
  if (judged === 'owned') {
    throw new Error(`${name} (process ${pid}, ${marker}) is in use by process ${owner.pid}. Stop that one first, or give this one another folder with ROLLCALL_DATA_DIR.`)
  }
  if (judged === 'orphan') {
    onLine(`${name}: stopping process ${pid}, left behind by an earlier start that was killed`)
    if (!(await stopProcess(pid, isRunning, steps))) throw new Error(`${name}: process ${pid} was left behind by an earlier start and does not end. End it with: kill -9 ${pid}`)
  }
  await rm(recordFile, { force: true })
}
