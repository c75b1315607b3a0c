import { MINUTE } from '@rollcall/domain/time'
import { readSchedules } from '@rollcall/store/reconcile/schedules'
import type { ReconcilerDeps } from './reconciler-deps.ts'

/** A daemon whose runs are overdue by so much does not run. */
const DAEMON_SILENT_MS = MINUTE

/** Whether a daemon runs for the account, on whatever host: where none does, its schedules are overdue. */
export const hasDaemon = async ({ pool, account, clock }: Pick<ReconcilerDeps, 'pool' | 'account' | 'clock'>): Promise<boolean> => {
  const schedules = await readSchedules(pool, account)
  return schedules.length > 0 && schedules.every(({ nextSlot }) => clock() - nextSlot < DAEMON_SILENT_MS)
}
