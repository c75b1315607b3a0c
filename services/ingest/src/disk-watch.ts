import { statfs } from 'node:fs/promises'
import { setInterval as every } from 'node:timers/promises'

const WATCH_EVERY_MS = 5_000
/** Below this share of free space the host says it is not ready, so that a balancer moves traffic before deliveries are refused. */
export const FREE_SHARE_MIN = 0.1

export interface DiskWatch {
  /** Why the disk should take no more; null while it can. */
  reason(): string | null
  run(signal: AbortSignal): Promise<void>
}

export const createDiskWatch = (directory: string): DiskWatch => {
  let freeShare = 1
  const look = async (): Promise<void> => {
    try {
      const { bavail, blocks } = await statfs(directory)
      freeShare = blocks === 0 ? 1 : bavail / blocks
    } catch {
      freeShare = 0
    }
  }
  return {
    reason: () => (freeShare >= FREE_SHARE_MIN ? null : `the spool's disk has ${Math.floor(freeShare * 100)} % free, needed are ${FREE_SHARE_MIN * 100} %`),
    run: async (signal) => {
      await look()
      try {
        for await (const _ of every(WATCH_EVERY_MS, undefined, { signal })) await look()
      } catch (error) {
        if (!signal.aborted) throw error
      }
    },
  }
}
