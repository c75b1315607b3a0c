import { join } from 'node:path'
import { serviceCommand } from '@rollcall/cli/services/service-command'
import { PROJECT_ROOT } from '@rollcall/local/project-root'
import { freePorts } from '../../e2e/free-ports.ts'
import { type Child, startChild } from '../child.ts'

/** The audit service as it is built and started. */
export const startAudit = async (options: {
  readonly log: { readonly KAFKA_BROKERS: string } | { readonly EMBEDDED_LOG_URL: string }
  readonly databaseUrl: string
  readonly directory: string
  readonly keeperDirectory: string
  readonly signal: AbortSignal
}): Promise<Child & { readonly url: string }> => {
  const { log, databaseUrl, directory, keeperDirectory, signal } = options
  const [port = 0, adminPort = 0] = await freePorts(2)
  const child = await startChild({
    name: 'audit',
    args: serviceCommand(PROJECT_ROOT, 'audit').args,
    env: {
      ...log,
      DATABASE_URL: databaseUrl,
      ROLLCALL_DATA_DIR: directory,
      ROLLCALL_ALLOW_UNSAFE_TOPICS: 'true',
      KEEPER_DIR: keeperDirectory,
      AUDIT_PORT: String(port),
      AUDIT_ADMIN_PORT: String(adminPort),
    },
    logFile: join(directory, 'audit.log'),
    isReady: async () => (await fetch(`http://127.0.0.1:${adminPort}/readyz`)).status === 200,
    signal,
  })
  return { ...child, url: `http://127.0.0.1:${port}` }
}
