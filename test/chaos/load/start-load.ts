import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { PROJECT_ROOT } from '@rollcall/local/project-root'
import { BookEntry, IdleMessage, type LoadMessage, type LoadOrder } from './book.ts'

/** As it is built, also where a test runs from the sources. */
const MAIN = join(PROJECT_ROOT, 'test/dist/chaos/load/main.js')

export interface Load {
  readonly pid: number
  /** Webhooks a second from now on; 0 sends none. */
  rate(perSecond: number): void
  /** Waits until no webhook is under way and gives what was entered in the book since the last time. Sends nothing more meanwhile. */
  settle(): Promise<readonly BookEntry[]>
  stop(): Promise<void>
}

/** @throws Error when it dies: a run whose book is lost proves nothing. */
export const startLoad = async (order: LoadOrder, env: Readonly<Record<string, string>>): Promise<Load> => {
  const child = spawn(process.execPath, [MAIN, JSON.stringify(order)], { detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env: { ...env } })
  const died = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`the load generator ended (${signal ?? code})`)
  })
  died.catch(() => {})
  await Promise.race([once(child, 'message'), died])
  const tell = (message: LoadMessage) => void child.send(message)
  let asked = 0
  let read = 0

  return {
    pid: child.pid ?? 0,
    rate: (perSecond) => tell({ perSecond }),
    settle: async () => {
      tell({ perSecond: 0 })
      asked += 1
      const mine = asked
      const answered = new Promise<void>((resolve) => {
        const listen = (message: unknown) => {
          if (IdleMessage.safeParse(message).data?.idle !== mine) return
          child.off('message', listen)
          resolve()
        }
        child.on('message', listen)
      })
      tell({ sayWhenIdle: mine })
      await Promise.race([answered, died])
      const file = await open(order.bookFile)
      try {
        const { size } = await file.stat()
        const { buffer } = await file.read(Buffer.alloc(size - read), 0, size - read, read)
        read = size
        return buffer
          .toString()
          .split('\n')
          .filter(Boolean)
          .map((line) => BookEntry.parse(JSON.parse(line)))
      } finally {
        await file.close()
      }
    },
    stop: async () => {
      const gone = once(child, 'exit')
      child.disconnect()
      await gone
    },
  }
}
