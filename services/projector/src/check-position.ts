import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import type { EventLog, PartitionBounds, PositionGoneError } from '@rollcall/event-log/event-log'
import { OperatorError } from '@rollcall/service/operator-error'
import type { OwnedPartition } from '@rollcall/store/projection/claim-partitions'
import { answerInTime } from './answer-in-time.ts'
import { recordSha256 } from './record-sha256.ts'

const CHECK_BYTES = 1_024
const CHECK_MS = 5_000

/**
 * Before a partition is folded on: the log must hold our position, and the record before it must be the one we folded last. `bounds` must
 * be newer than the claim: until then another projector may have folded records that did not exist when older ones were measured.
 * Anything else means another, shorter or damaged log. A position is never reset.
 * @throws OperatorError naming topic, partition, position, what the log holds and what to do.
 */
export const checkPosition = async (log: EventLog, { partition, next, lastRecordSha256 }: OwnedPartition, bounds: PartitionBounds | undefined): Promise<void> => {
  if (next === 0n && (bounds === undefined || bounds.low === 0n)) return
  if (bounds === undefined || next < bounds.low || next > bounds.next) {
    throw halt(partition, next, whatIsHeld(bounds))
  }
  if (next === bounds.low || lastRecordSha256 === null) return
  const read = log.read(OBSERVATIONS_TOPIC, new Map([[partition, next - 1n]]), { maxBytes: CHECK_BYTES, maxWaitMs: CHECK_MS })
  const [record] = (await answerInTime('the record folded last', read)).get(partition) ?? []
  if (record === undefined || record.offset !== next - 1n || recordSha256(record) !== lastRecordSha256)
    throw halt(partition, next, `its record ${next - 1n} is not the one that was folded last`)
}

/**
 * Records that were there are not any more. `folded`: the positions as they stood before the log was asked for `bounds`, so that a record
 * that came in between cannot be mistaken for one that vanished.
 * @throws OperatorError
 */
export const checkNothingVanished = (folded: ReadonlyMap<number, bigint>, bounds: ReadonlyMap<number, PartitionBounds>): void => {
  for (const [partition, next] of folded) {
    const held = bounds.get(partition)
    if (held === undefined || next < held.low || next > held.next) throw halt(partition, next, whatIsHeld(held))
  }
}

const whatIsHeld = (bounds: PartitionBounds | undefined): string => (bounds === undefined ? 'the log has no such partition' : `the log holds ${bounds.low} to ${bounds.next}`)

/** What an operator is told when the log does not fit the projection. */
export const halt = (partition: number, next: bigint, what: string): OperatorError =>
  new OperatorError(
    `${OBSERVATIONS_TOPIC}[${partition}]: the projection is folded up to ${next}, but ${what}. Needed is the log that the projection came from, whole. ` +
      `Nothing was changed. Check KAFKA_BROKERS and DATABASE_URL; if the log was restored or replaced on purpose, run 'rollcall rebuild --swap' to fold it anew.`,
  )

/** A position that was good at the start is gone: the same message, the same halt. */
export const haltedBy = (error: PositionGoneError): OperatorError => halt(error.partition, error.asked, `the log holds ${error.held.low} to ${error.held.next}`)
