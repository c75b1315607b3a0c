import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/* Services run from dist, as they do in life: build first (`pnpm build`). */
const pathOf = (relative: string): string => fileURLToPath(new URL(`../../../../${relative}`, import.meta.url))

export interface SpawnedService {
  readonly child: ChildProcess
  readonly said: { out: string; err: string }
  readonly exited: Promise<number | null>
}

/** One of the built services as a process of its own; the environment is all it gets. */
export const spawnService = (service: 'projector' | 'reconciler', args: readonly string[], env: Readonly<Record<string, string>>): SpawnedService => {
  const command = ['--import', pathOf('packages/telemetry/dist/register.js'), pathOf(`services/${service}/dist/main.js`), ...args]
  const child = spawn(process.execPath, command, { env: { PATH: process.env.PATH ?? '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { out: '', err: '' }
  child.stdout.on('data', (text) => (said.out += text))
  child.stderr.on('data', (text) => (said.err += text))
  return { child, said, exited: once(child, 'close').then(([code]) => code) }
}

/** Asks it to stop, and waits until it has. */
export const stopService = async ({ child, exited }: SpawnedService): Promise<number | null> => {
  child.kill('SIGTERM')
  return exited
}
