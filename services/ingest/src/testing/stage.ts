import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Observation } from '@rollcall/contracts/observation'
import { OBSERVATION_PARTITIONS, OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { openEmbeddedEventLog } from '@rollcall/event-log/embedded/embedded-event-log'
import { serveEmbeddedLog } from '@rollcall/event-log/embedded/serve-embedded-log'
import type { EventLog } from '@rollcall/event-log/event-log'
import { createInstallation, type IngestProcess, type Installation, startIngest } from './ingest-process.ts'
import { readWholeLog } from './read-whole-log.ts'

/** What ingest stands on in a test: an installation with one account, and a served log that can go away and come back. */
export interface Stage extends Pick<Installation, 'directory' | 'putSecret' | 'putAccount'> {
  readonly account: string
  readonly log: EventLog
  logUrl(): string
  logGoesAway(): Promise<void>
  /** On the port it had. */
  logComesBack(): Promise<void>
  start(env?: Readonly<Record<string, string>>): Promise<IngestProcess>
  observations(): Promise<readonly Observation[]>
  close(): Promise<void>
}

export const createStage = async (account = `acme-${randomUUID().slice(0, 8)}`): Promise<Stage> => {
  const installation = await createInstallation(account)
  const log = await openEmbeddedEventLog({ directory: join(installation.directory, 'log') })
  await log.ensureTopics([{ name: OBSERVATIONS_TOPIC, partitions: OBSERVATION_PARTITIONS, cleanup: 'delete' }])
  let served = await serveEmbeddedLog({ log, host: '127.0.0.1', port: 0 })
  const { url } = served
  const running: IngestProcess[] = []
  return {
    ...installation,
    account,
    log,
    logUrl: () => url,
    logGoesAway: () => served.close(),
    logComesBack: async () => {
      served = await serveEmbeddedLog({ log, host: '127.0.0.1', port: Number(new URL(url).port) })
    },
    start: async (env = {}) => {
      const ingest = await startIngest(account, installation.directory, { EMBEDDED_LOG_URL: url, ...env })
      running.push(ingest)
      return ingest
    },
    observations: () => readWholeLog(log, account),
    close: async () => {
      for (const { child } of running) child.kill('SIGKILL')
      await Promise.all(running.map(({ ended }) => ended))
      await served.close()
      await log.close()
      await installation.remove()
    },
  }
}
