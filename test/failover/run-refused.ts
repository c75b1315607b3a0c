import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type ServiceName, serviceCommand } from '@rollcall/cli/services/service-command'
import { PROJECT_ROOT } from '@rollcall/local/project-root'

const LEAVES_MS_MAX = 30_000

/** Starts a built service that should refuse to run, and gives how it left. One that runs all the same is killed, and has no code. */
export const runRefused = async (service: ServiceName, env: Readonly<Record<string, string>>): Promise<{ readonly code: number | null; readonly said: string }> => {
  const { args } = serviceCommand(PROJECT_ROOT, service)
  const child = spawn(process.execPath, [...args], { env: { PATH: process.env.PATH ?? '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
  const late = setTimeout(() => child.kill('SIGKILL'), LEAVES_MS_MAX)
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(late)
  return { code, said }
}
