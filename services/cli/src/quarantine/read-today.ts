import type { Observation } from '@rollcall/contracts/observation'
import { fromLogRecord } from '@rollcall/contracts/observation-record'
import { maskName } from '@rollcall/domain/privacy/mask-text'
import { explainObservation } from '@rollcall/exotel/explain-observation'
import type { ReadResult } from '@rollcall/exotel/surface/read-result'
import type { DeadLetter } from '@rollcall/store/quarantine/read-dead-letter'

/** What this release makes of a dead letter. */
export interface ReadToday {
  readonly result:
    | { readonly kind: 'facts'; readonly callSid: string }
    | { readonly kind: 'no-call'; readonly why: string }
    | { readonly kind: 'unreadable'; readonly reason: string }
  /** As far as the reader came, in the order they were sent. */
  readonly parameters: readonly ReadParameter[]
}

export interface ReadParameter {
  readonly name: string
  /** Empty where nothing was read from it. */
  readonly readAs: readonly string[]
  /** What is needed there, where it could not be read. */
  readonly needed: string | null
}

export const readToday = (letter: Pick<DeadLetter, 'headers' | 'payload' | 'receivedAt'>): ReadToday => {
  const observation = observationOf(letter)
  if (typeof observation === 'string') return { result: { kind: 'unreadable', reason: observation }, parameters: [] }
  const { result, parameters } = explainObservation(observation)
  return { result: resultOf(result), parameters: parameters.map(({ name, readAs, needed }) => ({ name: maskName(name), readAs, needed })) }
}

/** The observation, or why the record is none. */
const observationOf = ({ headers, payload, receivedAt }: Pick<DeadLetter, 'headers' | 'payload' | 'receivedAt'>): Observation | string => {
  try {
    return fromLogRecord({ key: '', value: payload, headers, timestamp: receivedAt })
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const resultOf = (result: ReadResult): ReadToday['result'] => {
  switch (result.kind) {
    case 'facts':
      return { kind: 'facts', callSid: result.facts.callSid }
    case 'no-call':
      return { kind: 'no-call', why: result.why }
    case 'unreadable':
      return result
    default:
      return result satisfies never
  }
}
