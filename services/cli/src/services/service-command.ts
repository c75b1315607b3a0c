import { join } from 'node:path'

export type ServiceName = 'ingest' | 'projector' | 'reconciler' | 'keeper' | 'audit'

export interface Command {
  readonly file: string
  readonly args: readonly string[]
}

/**
 * The projector keeps what a read gave until Postgres has it: more than the 16 MiB that V8 gives to young objects, so that most of them would be
 * copied again and again until they are old. Measured in docs/performance.md: 64 MiB would save more, but takes the process over 512 MiB.
 * What the audit service makes while it writes an export lives for one row: less is enough for it, and keeps it below 256 MiB.
 */
const NODE_OPTIONS: Readonly<Record<ServiceName, readonly string[]>> = {
  ingest: [],
  projector: ['--max-semi-space-size=32'],
  reconciler: [],
  keeper: [],
  audit: ['--max-semi-space-size=4'],
}

/** How a service is run: telemetry is loaded before it. */
export const serviceCommand = (root: string, name: ServiceName, args: readonly string[] = []): Command => ({
  file: process.execPath,
  args: [...NODE_OPTIONS[name], '--import', join(root, 'packages/telemetry/dist/register.js'), join(root, `services/${name}/dist/main.js`), ...args],
})
