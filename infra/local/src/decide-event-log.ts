import { chooseEventLog, type EventLogChoice, type FoundLogs } from './choose-event-log.ts'
import { findDocker } from './docker/docker-kafka.ts'
import { findJava } from './kafka/find-java.ts'
import { fetchKafkaJars, findKafkaJars } from './kafka/kafka-jars.ts'
import type { Usable } from './usable.ts'

export interface DecideOptions extends Pick<FoundLogs, 'wanted' | 'brokersGiven' | 'held'> {
  readonly cacheDirectory: string
  readonly onLine: (line: string) => void
  readonly signal?: AbortSignal | undefined
}

const NOT_ASKED: Usable = { usable: false, why: 'not looked for' }

/**
 * Looks at the machine, no further than needed, and chooses (choose-event-log.ts). Jars that cannot be fetched (no network)
 * count as not there, so that a first start without network still has an event log.
 */
export const decideEventLog = async ({ wanted, brokersGiven, held, cacheDirectory, onLine, signal }: DecideOptions): Promise<EventLogChoice> => {
  const found: FoundLogs = { wanted, brokersGiven, held, java: NOT_ASKED, jars: NOT_ASKED, docker: NOT_ASKED }
  if (brokersGiven || wanted === 'embedded' || held === 'embedded') return chooseEventLog(found)
  const [java, offered] = await Promise.all([findJava(signal), findKafkaJars(cacheDirectory, signal)])
  const jars = java.usable && offered.usable && held !== 'docker' ? await fetched(offered, cacheDirectory, onLine, signal) : offered
  const docker = held === 'docker' || (held === null && !(java.usable && jars.usable)) ? await findDocker(signal) : NOT_ASKED
  return chooseEventLog({ ...found, java, jars, docker })
}

const fetched = async (offered: Usable, cacheDirectory: string, onLine: (line: string) => void, signal?: AbortSignal): Promise<Usable> => {
  try {
    await fetchKafkaJars(cacheDirectory, onLine, signal)
    return offered
  } catch (error) {
    signal?.throwIfAborted()
    onLine(String(error instanceof Error ? error.message : error))
    return { usable: false, why: 'Apache Kafka could not be fetched with Maven (see above)' }
  }
}
