import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { PROJECT_ROOT } from '@rollcall/local/project-root'

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** The built `rollcall` command as a process of its own, begun. */
export const rollcallProcess = (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): { readonly kill: (signal: NodeJS.Signals) => void; readonly ended: Promise<Ended> } => {
  const child = spawn(process.execPath, [join(PROJECT_ROOT, 'services/cli/dist/main.js'), ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text
  })
  return { kill: (signal) => void child.kill(signal), ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err }))) }
}
