import { join } from 'node:path'

export type ServiceName = 'ingest' | 'projector' | 'reconciler' | 'keeper' | 'audit'

export interface Command {
  readonly file: string
  readonly args: readonly string[]
}

/**
 * Ingest keeps a webhook for some milliseconds, and little else: V8 holds its heap to 34 MB for that, and collects the whole of it every second, while
 * webhooks wait for 30 to 50 ms. Told that it will be larger, it does so every 15 seconds: p99 at 2,000/s 30 → 16 ms, for some 40 MB (docs/performance.md).
 * The projector keeps what a read gave until Postgres has it: more than the 16 MiB that V8 gives to young objects, so that most of them would be
 * copied again and again until they are old. Measured in docs/performance.md: 64 MiB would save more, but takes the process over 512 MiB.
 * What the audit service makes while it writes an export lives for one row: less is enough for it. What outlived that, parts of the file on their way
 * above all, it collects when the heap has grown by a third instead of when it has doubled: 266 → 145 MiB at most.
 */
const NODE_OPTIONS: Readonly<Record<ServiceName, readonly string[]>> = {
  ingest: ['--initial-old-space-size=128'],
  projector: ['--max-semi-space-size=32'],
  reconciler: [],
  keeper: [],
  audit: ['--max-semi-space-size=4', '--heap-growing-percent=30'],
}

/** How a service is run: telemetry is loaded before it. */
export const serviceCommand = (root: string, name: ServiceName, args: readonly string[] = []): Command => ({
  file: process.execPath,
  args: [...NODE_OPTIONS[name], '--import', join(root, 'packages/telemetry/dist/register.js'), join(root, `services/${name}/dist/main.js`), ...args],
})
