import { statfs } from 'node:fs/promises'
import { setInterval as every } from 'node:timers/promises'
import type { Logger } from '@rollcall/telemetry/create-logger'

const WATCH_EVERY_MS = 1_000
/** From this share in use on an operator is told. */
export const ALARM_SHARE = 0.8
/** From this share on the host says it is not ready, so that a balancer moves traffic before deliveries are refused. */
export const UNREADY_SHARE = 0.9

/** In blocks, as `statfs` counts them. */
export interface DiskSpace {
  readonly blocks: number
  readonly bfree: number
  /** Free to who is not root. */
  readonly bavail: number
}

export interface DiskWatch {
  /** In use of what we may use, 0 to 1; 1 where the disk cannot be asked. */
  usedShare(): number
  /** Why the disk should take no more; null while it can. */
  reason(): string | null
  /** Asks the disk, now. Never rejects. */
  look(): Promise<void>
  run(signal: AbortSignal): Promise<void>
}

export interface DiskWatchOptions {
  readonly directory: string
  readonly space?: (directory: string) => Promise<DiskSpace>
  /** At every look while the disk is so full that this host is not ready. */
  readonly onPressed: () => Promise<void>
  readonly logger: Pick<Logger, 'warn' | 'info'>
}

export const createDiskWatch = ({ directory, space = statfs, onPressed, logger }: DiskWatchOptions): DiskWatch => {
  let used = 0
  let alarmed = false

  const look = async (): Promise<void> => {
    used = await space(directory).then(usedShareOf, () => 1)
    if (used >= ALARM_SHARE !== alarmed) {
      alarmed = !alarmed
      if (alarmed) logger.warn({ event: 'disk.filling', directory, used }, `the spool's disk is filling; from ${percent(UNREADY_SHARE)} on this host says it is not ready`)
      else logger.info({ event: 'disk.has-room', directory, used }, "the spool's disk has room again")
    }
    if (used >= UNREADY_SHARE) await onPressed()
  }
  return {
    usedShare: () => used,
    reason: () => (used < UNREADY_SHARE ? null : `the spool's disk is ${percent(used)} full, allowed are less than ${percent(UNREADY_SHARE)}`),
    look,
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

/** As `df` counts: what only root may use is neither in use nor free. */
const usedShareOf = ({ blocks, bfree, bavail }: DiskSpace): number => {
  const used = blocks - bfree
  return used + bavail === 0 ? 0 : used / (used + bavail)
}

const percent = (share: number): string => `${Math.floor(share * 100)} %`
