import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { serviceCommand } from '@rollcall/cli/services/service-command'
import { PROJECT_ROOT } from '@rollcall/local/project-root'

export interface AuditProcess {
  readonly url: string
  /** Its clock is this much further ahead of ours from now on. */
  advance(milliseconds: number): Promise<void>
  stop(): Promise<void>
}

/** Loaded before the service: its clock goes on when it is told to. */
const CLOCK_BY_MESSAGE = `const now = Date.now; let ahead = 0; Date.now = () => now() + ahead; process.on('message', (ms) => { ahead += ms; process.send('moved') })`

/** The audit service as it is built and started, on a port of its own. @throws Error where it ends before it listens */
export const startAuditProcess = async (env: Readonly<Record<string, string>>): Promise<AuditProcess> => {
  const args = ['--import', `data:text/javascript,${encodeURIComponent(CLOCK_BY_MESSAGE)}`, ...serviceCommand(PROJECT_ROOT, 'audit').args]
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH ?? '', AUDIT_PORT: '0', AUDIT_ADMIN_PORT: '0', ROLLCALL_ALLOW_UNSAFE_TOPICS: 'true', ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  for await (const line of createInterface({ input: child.stdout as NonNullable<typeof child.stdout> })) {
    const said = JSON.parse(line) as { readonly event?: string; readonly port?: number }
    if (said.event !== 'audit.listening') continue
    child.stdout?.resume()
    return {
      url: `http://127.0.0.1:${said.port}`,
      advance: async (milliseconds) => {
        const moved = once(child, 'message')
        child.send(milliseconds)
        await moved
      },
      stop: async () => {
        child.kill('SIGTERM')
        await exited
      },
    }
  }
  throw new Error('the service ended before it listened')
}
