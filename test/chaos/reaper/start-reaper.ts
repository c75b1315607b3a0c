import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { PROJECT_ROOT } from '@rollcall/local/project-root'

/** As it is built, also where a test runs from the sources. */
const MAIN = join(PROJECT_ROOT, 'test/dist/chaos/reaper/main.js')

export interface Reaper {
  /** The folder stays when the run has ended: something was found in it. */
  keepFolder(): void
  /** Ends what is left of the run and removes its folder. */
  finish(): Promise<void>
}

/** A process that ends what we started if we cannot: it notices when our end of the channel closes, and be it by SIGKILL. */
export const startReaper = async (directory: string, mounts: readonly string[]): Promise<Reaper> => {
  const child = spawn(process.execPath, [MAIN, directory, ...mounts], { detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: { PATH: process.env.PATH ?? '' } })
  await once(child, 'message')
  return {
    keepFolder: () => void child.send('keep'),
    finish: async () => {
      const gone = once(child, 'exit')
      child.disconnect()
      await gone
    },
  }
}
