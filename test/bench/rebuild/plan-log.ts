/**
 * A log of any length in little memory: some calls are simulated in full, and the others are like one of them under another CallSid and at
 * another time. Observations come as they would: those of calls that last minutes among each other, and the API's final row four hours later.
 */
import { hash } from 'node:crypto'
import type { Observation } from '@rollcall/contracts/observation'
import { v7 as uuidv7 } from 'uuid'
import { planObservations } from '../projector/plan-observations.ts'

const MODEL_OBSERVATIONS = 5_000
const CALLS_PER_SECOND = 50
const BEGIN_AT = Date.UTC(2026, 0, 1)
const SID_CHARACTERS = 32

interface Model {
  /** Milliseconds after the call was first told of. */
  readonly delayMs: number
  readonly observation: Observation
}

export interface LogPlan {
  readonly observations: number
  readonly calls: number
  readonly seed: number
}

/** Exactly so many observations of exactly so many calls, in the order of the log; the same each time. */
export function* planLog({ observations, calls, seed }: LogPlan): Generator<Observation> {
  const models = modelCalls()
  const due = new DueList()
  let planned = 0
  for (let call = 0; call < calls; call += 1) {
    const now = BEGIN_AT + Math.round((call * 1_000) / CALLS_PER_SECOND)
    yield* due.takeUntil(now)
    const model = models[(call + seed) % models.length] as readonly Model[]
    // As many of each call as are needed for so many of all: what a model has too few of, the API's last row is read again.
    const wanted = Math.floor(((call + 1) * observations) / calls) - planned
    planned += wanted
    for (let nth = 0; nth < wanted; nth += 1) {
      const { delayMs, observation } = model[Math.min(nth, model.length - 1)] as Model
      due.add(now + delayMs + Math.max(0, nth - model.length + 1) * REREAD_MS, { observation, callSid: callSidOf(seed, call) })
    }
  }
  yield* due.takeUntil(Number.POSITIVE_INFINITY)
}

const REREAD_MS = 60_000

const modelCalls = (): readonly (readonly Model[])[] => {
  const byCall = new Map<string | null, Observation[]>()
  for (const observation of planObservations(MODEL_OBSERVATIONS)) byCall.set(observation.callSid, [...(byCall.get(observation.callSid) ?? []), observation])
  return [...byCall.values()].map((own) => {
    const first = Math.min(...own.map(({ receivedAt }) => receivedAt))
    return own.map((observation) => ({ delayMs: observation.receivedAt - first, observation }))
  })
}

const callSidOf = (seed: number, call: number): string => hash('sha256', `${seed} ${call}`).slice(0, SID_CHARACTERS)

interface Due {
  readonly observation: Observation
  readonly callSid: string
}

/** What is yet to come, by the second in which it does. */
class DueList {
  readonly seconds = new Map<number, Due[]>()
  next = Math.floor(BEGIN_AT / 1_000)
  last = this.next

  add(at: number, due: Due): void {
    const second = Math.floor(at / 1_000)
    this.last = Math.max(this.last, second)
    const list = this.seconds.get(second)
    if (list === undefined) this.seconds.set(second, [due])
    else list.push(due)
  }

  *takeUntil(at: number): Generator<Observation> {
    const end = Math.min(Math.floor(at / 1_000), this.last + 1)
    for (; this.next < end; this.next += 1) {
      const list = this.seconds.get(this.next) ?? []
      this.seconds.delete(this.next)
      for (const [nth, due] of list.entries()) yield toldAs(due, this.next * 1_000 + (nth % 1_000))
    }
  }
}

/** The same words about another call, at another time. */
const toldAs = ({ observation, callSid }: Due, receivedAt: number): Observation => {
  const renamed = (text: string): string => text.replaceAll(observation.callSid ?? '', callSid)
  const payload = Buffer.from(renamed(Buffer.from(observation.payload).toString('latin1')), 'latin1')
  return {
    ...observation,
    id: uuidv7({ msecs: receivedAt }),
    callSid,
    receivedAt,
    query: observation.query === null ? null : renamed(observation.query),
    payloadSha256: hash('sha256', payload),
    payload,
  }
}
