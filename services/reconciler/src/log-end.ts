import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog } from '@rollcall/event-log/event-log'
import type { Positions } from './await-projection.ts'

/** Where the log ends now, per partition: what the projection has to reach before anything is judged. */
export const logEnd = async (log: EventLog): Promise<Positions> => new Map([...(await log.bounds(OBSERVATIONS_TOPIC))].map(([partition, { next }]) => [partition, next]))
