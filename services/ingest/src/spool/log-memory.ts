import { join } from 'node:path'
import type { FilePort } from '@rollcall/segment-log/file-port'
import { nodeFiles } from '@rollcall/segment-log/node-files'
import { readWholeFile, replaceFile } from '@rollcall/segment-log/whole-file'
import { OperatorError } from '@rollcall/service/operator-error'
import { z } from 'zod'

const FILE = 'log.json'
const VERSION = 1

const LogFile = z.object({ version: z.literal(VERSION), clusterId: z.string().min(1), topicId: z.string().min(1).nullable() })

/** Which log this is. `topicId` is null where the log has none, and absent where it was not asked for: then the cluster alone is compared. */
export interface LogIdentity {
  readonly clusterId: string
  readonly topicId?: string | null
}

/** What was acknowledged of a spool is in another log than the one that is configured; the message is for the operator. */
export class SpoolOfAnotherLogError extends OperatorError {
  override readonly name = 'SpoolOfAnotherLogError'
}

/** What one spool knows of the log that it is forwarded to, beside its position there, which means nothing in any other. `directory` is the spool's. */
export interface LogMemory {
  /** Changes nothing. @throws SpoolOfAnotherLogError where the spool was forwarded to another log. */
  refuseOther(log: LogIdentity): Promise<void>
  /** The same, and where nothing is known yet it is known from now on, also after a power cut. */
  keep(log: Required<LogIdentity>): Promise<void>
}

export const openLogMemory = (directory: string, files: FilePort = nodeFiles): LogMemory => {
  const file = join(directory, FILE)
  let known: Promise<Required<LogIdentity> | null> | null = null
  let keeping: Promise<void> | null = null

  const read = (): Promise<Required<LogIdentity> | null> => {
    known ??= readLogFile(files, file).catch((error) => {
      known = null
      throw error
    })
    return known
  }
  const refuseOther = async (log: LogIdentity): Promise<void> => {
    const before = await read()
    if (before !== null && !isSame(before, log)) throw new SpoolOfAnotherLogError(otherLogProblem(directory, file, before, log))
  }
  const write = async ({ clusterId, topicId }: Required<LogIdentity>): Promise<void> => {
    try {
      await replaceFile(files, file, Buffer.from(`${JSON.stringify({ version: VERSION, clusterId, topicId }, null, 2)}\n`))
    } catch (error) {
      // Only forwarding makes room on a full disk. The next batch tries again.
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return
      throw error
    }
    known = Promise.resolve({ clusterId, topicId })
  }
  return {
    refuseOther,
    keep: async (log) => {
      await refuseOther(log)
      if ((await read()) !== null) return
      // Two batches may be on their way; the second waits for what the first writes.
      keeping ??= write(log).finally(() => {
        keeping = null
      })
      await keeping
    },
  }
}

const isSame = (known: Required<LogIdentity>, log: LogIdentity): boolean => known.clusterId === log.clusterId && (log.topicId === undefined || known.topicId === log.topicId)

const readLogFile = async (files: FilePort, file: string): Promise<Required<LogIdentity> | null> => {
  const bytes = await readWholeFile(files, file)
  if (bytes === null) return null
  try {
    const { clusterId, topicId } = LogFile.parse(JSON.parse(bytes.toString()))
    return { clusterId, topicId }
  } catch (cause) {
    throw new OperatorError(
      `${file} does not say which log its spool was forwarded to, in version ${VERSION} of that; restore it, or delete it if the configured log is the right one`,
      {
        cause,
      },
    )
  }
}

const tell = ({ clusterId, topicId }: LogIdentity): string => (topicId === undefined || topicId === null ? clusterId : `${clusterId} with the topic ${topicId}`)

const otherLogProblem = (directory: string, file: string, before: LogIdentity, configured: LogIdentity): string =>
  `The spool ${directory} was forwarded to the log ${tell(before)}, but the configured log is ${tell(configured)}. Needed is the log it was forwarded to. ` +
  `Nothing was changed. Correct KAFKA_BROKERS or EMBEDDED_LOG_URL; if the log was replaced on purpose, 'rollcall replay' sends to the new one what the spool still holds: ` +
  `then delete ${file} and start again.`
