import type { Instant } from '@rollcall/domain/time'
import { DAY } from '@rollcall/domain/time'
import { giveUpHosts } from '@rollcall/store/ingest-hosts/give-up-hosts'
import { readDrainage } from '@rollcall/store/ingest-hosts/read-drainage'
import type { ReconcilerDeps } from './reconciler-deps.ts'

/** A host of ingest that was silent for so long is not waited for any more, unless the configuration says otherwise. */
export const SPOOL_GIVEN_UP_MS = DAY

/**
 * The moment of our clock before which nothing is in any spool alone; null where no host tells. Those that were silent for too long are given
 * up first, aloud: their webhooks are judged as if they had none.
 */
export const lookAtSpools = async ({ pool, clock, logger, spoolGivenUpMs }: Pick<ReconcilerDeps, 'pool' | 'clock' | 'logger' | 'spoolGivenUpMs'>): Promise<Instant | null> => {
  for (const spool of await giveUpHosts(pool, spoolGivenUpMs))
    logger.error(
      { event: 'spool.given-up', ...spool },
      'an ingest host was silent for too long and is given up: webhooks that lie in its spool are judged as if they had never come. Start ingest on its disk, and they count',
    )
  // Our clock before the database's: what lies between the two only makes the moment earlier.
  const now = clock()
  const agoMs = await readDrainage(pool)
  return agoMs === null ? null : Math.max(0, Math.floor(now - agoMs))
}
