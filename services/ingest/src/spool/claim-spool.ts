import { setTimeout as sleep } from 'node:timers/promises'
import type { SegmentLogOptions } from '@rollcall/segment-log/open-segment-log'
import type { Damage } from '@rollcall/segment-log/quarantine'
import { OperatorError } from '@rollcall/service/operator-error'
import type { Logger } from '@rollcall/telemetry/create-logger'
import { openSpool, type Spool } from './open-spool.ts'

/** A worker whose primary was killed leaves within moments. A supervisor may start the successor sooner than that. */
const LEAVING_MS_MAX = 3_000
const RETRY_MS = 50

const DAMAGE_TEXTS: Readonly<Record<Damage['kind'], string>> = {
  damaged: 'a record in the spool is damaged: it is set aside and not forwarded; was it not forwarded before, the reconciler finds the call',
  unreadable:
    'the disk does not give a part of the spool: what could be read of the records there is set aside and not forwarded; were they not forwarded before, the reconciler finds the calls',
  missing: 'a segment of the spool is gone from the disk: what was not forwarded of it before is lost, and the reconciler finds the calls',
}

/** Opens a spool for this process alone, giving an owner that is about to leave a moment. @throws OperatorError when another process has it, it is not a spool of this release, or the disk does not let us in. */
export const claimSpool = async (directory: string, logger: Logger): Promise<Spool> => {
  try {
    let spool: Spool | null = null
    /** As of a second ago: what stands below was forwarded before. */
    const forwardedBelow = () => spool?.cursor.position().toString()
    spool = await openWhenFree(directory, {
      onDamage: (damage) => logger.error({ event: 'spool.damaged', directory, forwardedBelow: forwardedBelow(), ...damage }, DAMAGE_TEXTS[damage.kind]),
      onDisplaced: (displacement) =>
        logger.error(
          { event: 'spool.displaced', directory, forwardedBelow: forwardedBelow(), ...displacement },
          'the folder of the spool or the segment that is written to was removed, moved or replaced under this process; it is put back, with all that was acknowledged in it. Find out by whom',
        ),
    })
    if (spool.cursorWasAhead)
      logger.error(
        { event: 'spool.cursor-ahead', directory },
        'the spool holds less than was forwarded from it: its segments were lost or replaced; everything it holds is sent again',
      )
    return spool
  } catch (error) {
    const { name, message, code } = error as NodeJS.ErrnoException
    if (name === 'DirectoryLockedError' || name === 'DirectoryFormatError') throw new OperatorError(message, { cause: error })
    if (code === 'EACCES' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EPERM')
      throw new OperatorError(`INGEST_SPOOL_DIR: ${directory} cannot be written to (${code}); needed is a folder that this user owns. Change its owner or set INGEST_SPOOL_DIR.`, {
        cause: error,
      })
    throw error
  }
}

const openWhenFree = async (directory: string, told: Pick<SegmentLogOptions, 'onDamage' | 'onDisplaced'>): Promise<Spool> => {
  for (const deadline = performance.now() + LEAVING_MS_MAX; ; ) {
    try {
      return await openSpool(directory, told)
    } catch (error) {
      if ((error as Error).name !== 'DirectoryLockedError' || performance.now() > deadline) throw error
      await sleep(RETRY_MS)
    }
  }
}
