import type { Observation } from '@rollcall/contracts/observation'
import { toLogRecord } from '@rollcall/contracts/observation-record'
import type { EventLog } from '@rollcall/event-log/event-log'

const READ_AT_ONCE = 7

/** A log of one partition that has these records, whose offsets are their places but for what `offsetOf` says. */
export const logOf = (observations: readonly Observation[], offsetOf = (place: number) => place): Pick<EventLog, 'bounds' | 'read'> => {
  const placed = () => observations.map((observation, place) => ({ observation, offset: BigInt(offsetOf(place)) }))
  return {
    bounds: async () => new Map([[0, { low: 0n, next: (placed().at(-1)?.offset ?? -1n) + 1n }]]),
    read: async (_topic, from) => {
      const behind = placed().filter(({ offset }) => offset >= (from.get(0) ?? 0n))
      return new Map([[0, behind.slice(0, READ_AT_ONCE).map(({ observation, offset }) => ({ ...toLogRecord(observation), partition: 0, offset }))]])
    },
  }
}
