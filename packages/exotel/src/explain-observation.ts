import type { Observation } from '@rollcall/contracts/observation'
import type { Field } from '@rollcall/domain/call/fact'
import { readParameters } from './body/read-parameters.ts'
import { readObservation } from './read-observation.ts'
import { apiSurface } from './surface/api-surface.ts'
import type { CallSurface, Parameters, Provenance } from './surface/call-surface.ts'
import { CALL_SURFACES } from './surface/call-surfaces.ts'
import { hasNameIn } from './surface/has-name.ts'
import { chooseShape } from './surface/shape.ts'
import { type NormalisedPhone, normalisePhone } from './words/normalise-phone.ts'

/** A fact, the parameter of the request that it was read from, and its text there. */
export interface ExplainedFact extends Provenance {
  /** Of `from`, `to`, `exophone` and `forwardedFrom`: the number in one form, for comparing. */
  readonly phone: NormalisedPhone | null
}

/** For every fact that `readObservation` gives, where in the request it stands. By the same tables; empty where there are no facts. */
export const explainObservation = (observation: Observation): readonly ExplainedFact[] => {
  if (readObservation(observation).kind !== 'facts') return []
  const parameters = readParameters(observation)
  const facts = surfaceOf(observation, parameters)?.explain(parameters) ?? []
  return facts.map((fact) => ({ ...fact, phone: PHONES.has(fact.field) ? normalisePhone(fact.value) : null }))
}

const PHONES: ReadonlySet<Field> = new Set(['from', 'to', 'exophone', 'forwardedFrom'])

const surfaceOf = ({ surface }: Observation, parameters: Parameters): CallSurface | null => {
  if (surface === 'call-list' || surface === 'call-lookup') return apiSurface(parameters)
  const chosen = chooseShape(surface === 'unrecognised' ? null : surface, hasNameIn(parameters))
  return chosen === null ? null : CALL_SURFACES[chosen.shape]
}
