import { join } from 'node:path'

export type ServiceName = 'ingest' | 'projector' | 'reconciler'

export interface Command {
  readonly file: string
  readonly args: readonly string[]
}

/** How a service is run: telemetry is loaded before it. */
export const serviceCommand = (root: string, name: ServiceName, args: readonly string[] = []): Command => ({
  file: process.execPath,
  args: ['--import', join(root, 'packages/telemetry/dist/register.js'), join(root, `services/${name}/dist/main.js`), ...args],
})
