import { join } from 'node:path'
import { IngestStatus } from '@rollcall/contracts/ingest-status'
import { freePorts } from '../../e2e/free-ports.ts'
import { writeAccounts } from '../../e2e/write-accounts.ts'
import { startChild } from '../child.ts'
import { serviceArguments } from '../service-arguments.ts'
import type { Contestant, ContestantOptions } from './contestant.ts'

const ACCOUNT = 'bench'

/** Rollcall's ingest as it is built, with nothing turned off: secret, spool, fsync, envelope, metrics. */
export const startIngest = async ({ processes, brokers, directory, profileDirectory, signal }: ContestantOptions): Promise<Contestant> => {
  const { accountsFile, webhookSecret } = await writeAccounts(join(directory, 'accounts'), [{ sid: ACCOUNT, baseUrl: 'http://127.0.0.1:9' }])
  const [port = 0, adminPort = 0] = await freePorts(2)
  const admin = `http://127.0.0.1:${adminPort}`
  const { pid, stop } = await startChild({
    name: 'ingest',
    args: serviceArguments('ingest', profileDirectory),
    env: {
      KAFKA_BROKERS: brokers.join(','),
      ROLLCALL_ACCOUNTS_FILE: accountsFile,
      ROLLCALL_DATA_DIR: directory,
      ROLLCALL_ALLOW_UNSAFE_TOPICS: 'true',
      INGEST_PORT: String(port),
      INGEST_ADMIN_PORT: String(adminPort),
      INGEST_WORKERS: String(processes),
    },
    logFile: join(directory, 'ingest.log'),
    isReady: async () => IngestStatus.parse(await (await fetch(`${admin}/statusz`)).json()).workers === processes,
    signal,
  })
  return {
    url: `http://127.0.0.1:${port}/hooks/${ACCOUNT}/${webhookSecret}/status-callback`,
    pid,
    spooledOnly: async () => countOf(await (await fetch(`${admin}/metrics`)).text()),
    stop,
  }
}

/** From the histogram of waits: how many deliveries were durable in the spool only when they were answered, over all workers. */
const countOf = (metrics: string): number =>
  metrics
    .split('\n')
    .filter((line) => line.startsWith('rollcall_ingest_ack_wait_seconds_count') && line.includes('durability="spool"'))
    .reduce(
      (sum, line) =>
        sum +
        Number(
          line
            .slice(line.lastIndexOf('}') + 1)
            .trim()
            .split(' ')[0],
        ),
      0,
    )
