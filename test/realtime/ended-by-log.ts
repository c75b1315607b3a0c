import { fromLogRecord } from '@rollcall/contracts/observation-record'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { TERMINAL_STATUSES } from '@rollcall/domain/call/fact'
import type { Instant } from '@rollcall/domain/time'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import { readObservation } from '@rollcall/exotel/read-observation'
import type { LocalStack } from '@rollcall/local/start-local-stack'

const READ = { maxBytes: 4 * 1024 * 1024, maxWaitMs: 1_000 }
const TERMINAL: ReadonlySet<string> = new Set(TERMINAL_STATUSES)

/** When the log first told that a call was over, by CallSid: read from the log itself, past everything that is folded from it. */
export const endedByLog = async (stack: LocalStack): Promise<ReadonlyMap<string, Instant>> => {
  const log = await openEventLog({ kafkaBrokers: stack.kafkaBrokers, embeddedLogUrl: stack.embeddedLogUrl, clientId: 'rollcall-proof' })
  const ended = new Map<string, Instant>()
  try {
    const bounds = await log.bounds(OBSERVATIONS_TOPIC)
    const positions = new Map([...bounds].map(([partition, { low }]) => [partition, low]))
    while ([...bounds].some(([partition, { next }]) => (positions.get(partition) ?? 0n) < next)) {
      for (const [partition, records] of await log.read(OBSERVATIONS_TOPIC, positions, READ)) {
        for (const record of records) {
          const observation = fromLogRecord(record)
          const read = readObservation(observation)
          if (read.kind === 'facts' && TERMINAL.has(read.facts.values.status ?? ''))
            ended.set(read.facts.callSid, Math.min(observation.receivedAt, ended.get(read.facts.callSid) ?? Number.POSITIVE_INFINITY))
          positions.set(partition, record.offset + 1n)
        }
      }
    }
    return ended
  } finally {
    await log.close()
  }
}
