import { join } from 'node:path'
import { IngestStatus } from '@rollcall/contracts/ingest-status'
import { freePorts } from '../../e2e/free-ports.ts'
import { writeAccounts } from '../../e2e/write-accounts.ts'
import { startChild } from '../child.ts'
import { serviceArguments } from '../service-arguments.ts'
import type { Contestant, ContestantOptions } from './contestant.ts'

const ACCOUNT = 'bench'

export interface MeasuredIngest extends Contestant {
  readonly readyUrl: string
  /** From before the process was started until it said that it is ready. */
  readonly readyAfterMs: number
  status(): Promise<IngestStatus>
  /** As a crash would. */
  kill(): Promise<void>
}

/** Rollcall's ingest as it is built, with nothing turned off: secret, spool, fsync, envelope, metrics. */
export const startIngest = async ({
  processes,
  brokers,
  directory,
  profileDirectory,
  signal,
  env = {},
}: ContestantOptions & { readonly env?: Readonly<Record<string, string>> }): Promise<MeasuredIngest> => {
  const { accountsFile, webhookSecret } = await writeAccounts(join(directory, 'accounts'), [{ sid: ACCOUNT, baseUrl: 'http://127.0.0.1:9' }])
  const [port = 0, adminPort = 0] = await freePorts(2)
  const admin = `http://127.0.0.1:${adminPort}`
  const readyUrl = `http://127.0.0.1:${port}/readyz`
  const status = async (): Promise<IngestStatus> => IngestStatus.parse(await (await fetch(`${admin}/statusz`)).json())
  const began = performance.now()
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
      ...env,
    },
    logFile: join(directory, 'ingest.log'),
    isReady: async () => (await status()).workers === processes && (await fetch(readyUrl)).status === 200,
    signal,
  })
  return {
    url: `http://127.0.0.1:${port}/hooks/${ACCOUNT}/${webhookSecret}/status-callback`,
    pid,
    readyUrl,
    readyAfterMs: performance.now() - began,
    status,
    kill: async () => {
      process.kill(pid, 'SIGKILL')
      await stop()
    },
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
