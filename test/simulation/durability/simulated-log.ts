/**
 * An event log in memory with a network before it. An append may be refused, may take long, and may land though its answer never comes, or
 * long after its sender has given up; partitions answer for themselves, so of one append a part may be there.
 */
import {
  type AppendOptions,
  type EventLog,
  type LogRecord,
  LogUnavailableError,
  PositionGoneError,
  RECORD_BYTES_MAX,
  RecordTooLargeError,
  type StoredRecord,
  TopicMissingError,
  type TopicSpec,
} from '@rollcall/event-log/event-log'
import { partitionOf } from '@rollcall/event-log/partition-of'
import { recordBytes } from '@rollcall/event-log/record-bytes'
import type { Random } from '@rollcall/exotel-simulator/random'

/** How the log and the way to it are from a moment on. Rates are of appends and reads. */
export interface LogWeather {
  readonly isAway: boolean
  readonly refuses: number
  /** Lands, and the answer is lost. */
  readonly losesAnswer: number
  /** Its sender gives up first; it lands later, or never. */
  readonly late: number
  readonly latencyMs: number
}

export const FAIR_WEATHER: LogWeather = { isAway: false, refuses: 0, losesAnswer: 0, late: 0, latencyMs: 2 }

/** What the log needs of the world: to do something later, and to let a caller hear of it. */
export interface LogSurroundings {
  after(delayMs: number, work: () => void): void
  /** Whose call it is, and how they are answered: never, where they are no more. */
  caller(): (answer: () => void) => void
}

export interface SimulatedLog {
  connect(): EventLog
  setWeather(weather: LogWeather): void
  /** All that a topic holds, by partition. */
  held(topic: string): readonly (readonly StoredRecord[])[]
  /** Whether any record carries this id. */
  holdsId(id: string): boolean
}

interface Topic {
  readonly spec: TopicSpec
  readonly partitions: StoredRecord[][]
  /** Of each record, in the same places. */
  readonly bytes: number[][]
}

interface Waiting {
  readonly topic: string
  readonly from: ReadonlyMap<number, bigint>
  readonly look: () => void
}

const emptyLists = (count: number): never[][] => Array.from({ length: count }, () => [])

export const createSimulatedLog = ({ after, caller }: LogSurroundings, random: Random): SimulatedLog => {
  const topics = new Map<string, Topic>()
  const waiting = new Set<Waiting>()
  const ids = new Set<string>()
  let weather = FAIR_WEATHER

  const topicNamed = (name: string): Topic => {
    const topic = topics.get(name)
    if (topic === undefined) throw new TopicMissingError(name)
    return topic
  }
  const land = (name: string, records: readonly LogRecord[]): void => {
    const { partitions, bytes } = topicNamed(name)
    for (const record of records) {
      const { key, value, headers, timestamp } = record
      const partition = partitionOf(key, partitions.length)
      const list = partitions[partition] as StoredRecord[]
      ids.add(headers.ce_id ?? '')
      list.push({ key, value: new Uint8Array(value), headers, timestamp, partition, offset: BigInt(list.length) })
      bytes[partition]?.push(recordBytes(record))
    }
    for (const each of [...waiting]) if (each.topic === name) each.look()
  }
  /** A round trip: what the log answers, after a while; nothing gets through while it is away. */
  const trip = <T>(answer: () => T): Promise<T> =>
    new Promise((resolve, reject) => {
      const toCaller = caller()
      const settle = (): void => {
        try {
          if (weather.isAway) throw new LogUnavailableError('the log is away')
          const result = answer()
          toCaller(() => resolve(result))
        } catch (error) {
          toCaller(() => reject(error))
        }
      }
      after(weather.latencyMs * random.unit(), settle)
    })

  const append = (name: string, records: readonly LogRecord[], { deadlineMs }: AppendOptions): Promise<void> =>
    new Promise((resolve, reject) => {
      const toCaller = caller()
      const fail = (why: string): void => toCaller(() => reject(new LogUnavailableError(`${name}: ${why}`)))
      if (deadlineMs <= 0) return fail('the deadline had passed')
      for (const record of records) if (recordBytes(record) > RECORD_BYTES_MAX) return toCaller(() => reject(new RecordTooLargeError(name, recordBytes(record))))
      const latencyMs = weather.latencyMs * (0.5 + random.unit())
      const fate = random.unit()
      const isPart = random.chance(0.3)
      const part = () => (isPart ? records.filter(({ key }) => partitionOf(key, 2) === 0) : records)
      if (!topics.has(name)) return void after(deadlineMs, () => fail('no such topic'))
      if (weather.isAway) return void after(random.chance(0.5) ? latencyMs : deadlineMs, () => fail('the log is away'))
      if (fate < weather.refuses) return void after(latencyMs, () => fail('refused'))
      if (fate < weather.refuses + weather.losesAnswer) {
        after(latencyMs, () => land(name, part()))
        return void after(deadlineMs, () => fail('no answer'))
      }
      if (fate < weather.refuses + weather.losesAnswer + weather.late) {
        after(deadlineMs, () => fail('no answer'))
        return void after(deadlineMs * (1 + random.unit()), () => land(name, part()))
      }
      if (latencyMs >= deadlineMs) {
        after(deadlineMs, () => fail('no answer'))
        return void after(latencyMs, () => land(name, records))
      }
      after(latencyMs, () => {
        land(name, records)
        after(0, () => toCaller(resolve))
      })
    })

  const readNow = (name: string, from: ReadonlyMap<number, bigint>, maxBytes: number): Map<number, readonly StoredRecord[]> => {
    const { partitions, bytes } = topicNamed(name)
    const found = new Map<number, readonly StoredRecord[]>()
    const share = Math.ceil(maxBytes / Math.max(1, from.size))
    for (const [partition, position] of from) {
      const list = partitions[partition]
      if (list === undefined) throw new LogUnavailableError(`${name}[${partition}]: no such partition`)
      const held = { low: 0n, next: BigInt(list.length) }
      if (position < 0n || position > held.next) throw new PositionGoneError(name, partition, position, held)
      const sizes = bytes[partition] as number[]
      const begin = Number(position)
      let end = begin
      for (let total = 0; end < list.length; end += 1) {
        total += sizes[end] as number
        if (end > begin && total > share) break
      }
      if (end > begin) found.set(partition, list.slice(begin, end))
    }
    return found
  }

  const connect = (): EventLog => {
    let isClosed = false
    const open = <T>(work: () => Promise<T>): Promise<T> => (isClosed ? Promise.reject(new LogUnavailableError('the log is closed')) : work())
    return {
      description: 'simulated',
      clusterId: () => open(() => trip(() => 'simulated-cluster')),
      topicId: (name) =>
        open(() =>
          trip(() => {
            topicNamed(name)
            return null
          }),
        ),
      append: (name, records, options) => open(() => append(name, records, options)),
      read: (name, from, { maxBytes, maxWaitMs, signal }) =>
        open(
          () =>
            new Promise((resolve, reject) => {
              const toCaller = caller()
              let isOver = false
              const settle = (how: () => void): void => {
                if (isOver) return
                isOver = true
                waiting.delete(one)
                signal?.removeEventListener('abort', aborted)
                toCaller(how)
              }
              const aborted = (): void => settle(() => resolve(new Map()))
              const look = (isLast: boolean): void => {
                try {
                  if (weather.isAway) throw new LogUnavailableError('the log is away')
                  const found = readNow(name, from, maxBytes)
                  if (found.size > 0 || isLast) settle(() => resolve(found))
                } catch (error) {
                  settle(() => reject(error))
                }
              }
              const one: Waiting = { topic: name, from, look: () => after(0, () => look(false)) }
              if (signal?.aborted) return aborted()
              signal?.addEventListener('abort', aborted, { once: true })
              after(weather.latencyMs * random.unit(), () => {
                if (isOver) return
                look(maxWaitMs <= 0)
                if (isOver) return
                waiting.add(one)
                after(maxWaitMs, () => {
                  if (!isOver) look(true)
                })
              })
            }),
        ),
      bounds: (name) => open(() => trip(() => new Map(topicNamed(name).partitions.map((list, partition) => [partition, { low: 0n, next: BigInt(list.length) }])))),
      ensureTopics: (specs) =>
        open(() =>
          trip(() => {
            for (const spec of specs) if (!topics.has(spec.name)) topics.set(spec.name, { spec, partitions: emptyLists(spec.partitions), bytes: emptyLists(spec.partitions) })
          }),
        ),
      inspectTopics: (specs) =>
        open(() =>
          trip(() =>
            specs.map(({ name, partitions }) => {
              const count = topics.get(name)?.partitions.length ?? 0
              const problem = {
                setting: 'partitions',
                value: count === 0 ? 'missing' : String(count),
                needed: String(partitions),
                howToFix: 'create the topic with that many partitions',
              }
              return { name, partitions: count, replicationFactor: count === 0 ? 0 : 1, problems: count === partitions ? [] : [problem] }
            }),
          ),
        ),
      close: async () => {
        isClosed = true
      },
    }
  }
  return {
    connect,
    setWeather: (next) => {
      weather = next
    },
    held: (name) => topics.get(name)?.partitions ?? [],
    holdsId: (id) => ids.has(id),
  }
}
