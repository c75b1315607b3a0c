import { mkdir, statfs } from 'node:fs/promises'
import { inMemory, memorySpoolProblem } from '@rollcall/service/memory-file-system'
import { OperatorError } from '@rollcall/service/operator-error'
import type { Logger } from '@rollcall/telemetry/create-logger'

/**
 * A spool in memory loses, when the power fails, what was answered 200: it is refused at start. With `allowUnsafe` it is logged.
 * @throws OperatorError
 */
export const refuseMemorySpool = async (directory: string, { allowUnsafe }: { readonly allowUnsafe: boolean }, logger: Logger): Promise<void> => {
  // A folder that cannot be made is told of by whoever opens the spool in it.
  const made = await mkdir(directory, { recursive: true }).then(
    () => true,
    () => false,
  )
  if (!made || !inMemory((await statfs(directory)).type)) return
  if (!allowUnsafe) throw new OperatorError(memorySpoolProblem(directory))
  logger.warn({ event: 'spool.in-memory', directory }, memorySpoolProblem(directory))
}
