import type { Usable } from './usable.ts'

/** `given`: KAFKA_BROKERS. `java`: Apache Kafka by local Java. `docker`: the same by Docker. `embedded`: our own log on one disk. */
export type EventLogKind = 'given' | 'java' | 'docker' | 'embedded'

/** What a data directory may hold already. */
export type HeldLog = Exclude<EventLogKind, 'given'>

export interface FoundLogs {
  readonly wanted: 'auto' | 'kafka' | 'embedded'
  readonly brokersGiven: boolean
  /** The log that an earlier start put into this data directory; null for a new one. */
  readonly held: HeldLog | null
  readonly java: Usable
  readonly jars: Usable
  readonly docker: Usable
}

export type EventLogChoice = { readonly kind: EventLogKind; readonly why: string } | { readonly kind: 'none'; readonly why: string }

/**
 * Which event log a start uses, and why, in words for a person.
 * What the data directory holds comes before what would be chosen today: a Java installed since must not hide yesterday's calls.
 */
export const chooseEventLog = ({ wanted, brokersGiven, held, java, jars, docker }: FoundLogs): EventLogChoice => {
  if (wanted === 'embedded') {
    return held === null || held === 'embedded'
      ? { kind: 'embedded', why: 'it was asked for' }
      : { kind: 'none', why: `the embedded log was asked for and the data directory holds ${NAMES[held]}. ${ANEW}` }
  }
  if (brokersGiven) return { kind: 'given', why: 'KAFKA_BROKERS is set' }
  const byJava: Usable = java.usable ? (jars.usable ? { usable: true, what: `${java.what} and ${jars.what}` } : jars) : java
  if (held === 'embedded') {
    return wanted === 'auto'
      ? { kind: 'embedded', why: 'the data directory holds one (--fresh chooses anew)' }
      : { kind: 'none', why: `Kafka was asked for and the data directory holds ${NAMES[held]}. ${ANEW}` }
  }
  if (held !== null) {
    const needed = held === 'java' ? byJava : docker
    return needed.usable
      ? { kind: held, why: `the data directory holds it (${needed.what})` }
      : { kind: 'none', why: `the data directory holds ${NAMES[held]}, but ${needed.why}. Bring that back, or begin anew with --fresh` }
  }
  if (byJava.usable) return { kind: 'java', why: `${byJava.what} are here` }
  if (docker.usable) return { kind: 'docker', why: `${docker.what}, and ${byJava.why}` }
  const neither = `${byJava.why}; ${docker.why}`
  return wanted === 'kafka' ? { kind: 'none', why: `${neither}. Install Java 17 and Maven, start Docker, or set KAFKA_BROKERS` } : { kind: 'embedded', why: neither }
}

const NAMES: Record<HeldLog, string> = { java: 'an Apache Kafka cluster', docker: 'a mark that its Kafka is in Docker', embedded: 'an embedded log' }
const ANEW = 'Begin anew with --fresh, or use another folder with ROLLCALL_DATA_DIR'
