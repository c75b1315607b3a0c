import type { Clock, Instant } from '@rollcall/domain/time'
import type { EventLog } from '@rollcall/event-log/event-log'
import type { SimulatorStats } from '@rollcall/exotel-simulator/simulator-stats'
import type { Pool } from '@rollcall/store/pool'
import { countWindowStates } from '@rollcall/store/reconcile/count-windows'
import { countFindings } from '@rollcall/store/status/count-findings'
import { readLastRun } from '@rollcall/store/status/read-runs'
import type { EarlierPlays } from '../demo/simulator-message.ts'
import type { AccountPicture, LivePicture, Places } from './live-picture.ts'
import type { LostCalls } from './lost-calls.ts'
import { readLogExtent } from './read-log-extent.ts'

/** A part that does not answer within this is shown as not readable just now. */
const READ_MS_MAX = 3_000

export interface PictureSources {
  readonly clock: Clock
  readonly startedAt: Instant
  readonly eventLog: string
  readonly database: string
  readonly unsafeTopics: boolean
  readonly services: () => LivePicture['services']
  readonly accounts: readonly string[]
  readonly simulatorUrl: string | null
  readonly lostCalls: LostCalls
  /** Counts that are there before this start's first call. */
  readonly earlier: () => EarlierPlays
  readonly log: EventLog
  readonly pool: Pool
  readonly places: Places
}

/** Reads everything the live view shows. What cannot be read just now is null; it never throws. */
export const takePicture = async (sources: PictureSources): Promise<LivePicture> => {
  const { log, pool, simulatorUrl, lostCalls } = sources
  const [extent, accounts, stats] = await Promise.all([
    orNull(readLogExtent(log, pool)),
    orNull(Promise.all(sources.accounts.map((account) => pictureOf(pool, account)))),
    simulatorUrl === null ? null : orNull(readSimulatorStats(simulatorUrl)),
    orNull(lostCalls.look(pool)),
  ])
  const { lost, found } = lostCalls.counts()
  const earlier = sources.earlier()
  return {
    now: sources.clock(),
    startedAt: sources.startedAt,
    eventLog: sources.eventLog,
    database: sources.database,
    unsafeTopics: sources.unsafeTopics,
    services: sources.services(),
    simulator:
      simulatorUrl === null
        ? null
        : {
            callsMade: earlier.callsMade + (stats?.callsBegun ?? 0),
            webhooksDelivered: earlier.webhooksDelivered + (stats?.webhooksDelivered ?? 0),
            webhooksLost: earlier.webhooksLost + (stats?.webhooksDropped ?? 0),
            webhooksRefused: earlier.webhooksRefused + (stats?.webhooksRefused ?? 0) + (stats?.webhooksGivenUp ?? 0),
            lostCalls: lost,
            lostCallsFound: found,
          },
    log: extent,
    accounts,
    places: sources.places,
  }
}

const pictureOf = async (pool: Pool, account: string): Promise<AccountPicture> => {
  const [windows, findings, lastRun] = await Promise.all([countWindowStates(pool, account, null), countFindings(pool, account), readLastRun(pool, account)])
  return { account, windows, lastRun, ...findings }
}

export const readSimulatorStats = async (url: string): Promise<SimulatorStats> =>
  (await (await fetch(`${url}/sim/stats`, { signal: AbortSignal.timeout(READ_MS_MAX) })).json()) as SimulatorStats

const orNull = async <T>(reading: Promise<T>): Promise<T | null> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), READ_MS_MAX)
  })
  try {
    return await Promise.race([reading.catch(() => null), late])
  } finally {
    clearTimeout(timer)
  }
}
