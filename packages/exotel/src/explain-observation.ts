import type { Observation, Surface } from '@rollcall/contracts/observation'
import type { Field } from '@rollcall/domain/call/fact'
import { type BodyKind, bodyKind } from './body/body-kind.ts'
import { readParameters } from './body/read-parameters.ts'
import { readObservation } from './read-observation.ts'
import { apiSurface } from './surface/api-surface.ts'
import type { CallExplanation, CallSurface, Parameters, Provenance, Use } from './surface/call-surface.ts'
import { CALL_SURFACES } from './surface/call-surfaces.ts'
import { hasNameIn } from './surface/has-name.ts'
import type { ReadResult } from './surface/read-result.ts'
import { type RequestParameter, requestParameters } from './surface/request-parameter.ts'
import { type ChosenShape, chooseShape } from './surface/shape.ts'
import { UnreadableError } from './unreadable-error.ts'
import { type NormalisedPhone, normalisePhone } from './words/normalise-phone.ts'

/** A fact, the parameter of the request that it was read from, and its text there. */
export interface ExplainedFact extends Provenance {
  /** Of `from`, `to`, `exophone` and `forwardedFrom`: the number in one form, for comparing. */
  readonly phone: NormalisedPhone | null
}

/** A parameter of the request and what became of it. */
export interface ExplainedParameter extends RequestParameter {
  /** Empty where nothing was read from it. */
  readonly readAs: readonly (Field | Use)[]
  /** Where it was to be read and could not: what is needed there, such as `is not a decimal`. */
  readonly needed: string | null
}

export interface Explanation {
  /** What the bytes are; `empty` where the query string spoke. */
  readonly encoding: BodyKind
  /** What a delivery was read as and the names that decided it; null for an API row, and where nothing was recognised. */
  readonly recognised: ChosenShape | null
  readonly result: ReadResult
  readonly facts: readonly ExplainedFact[]
  /** Everything that was sent, up to PARAMETERS_MAX, in its order. It may be personal. */
  readonly parameters: readonly ExplainedParameter[]
}

/**
 * How `readObservation` came to its result, as far as it came: of what it could not read, too. By the same tables, so the two cannot
 * disagree. Never throws. For a person's eyes: reading needs none of it.
 */
export const explainObservation = (observation: Observation): Explanation => {
  const { payload, contentType } = observation
  const encoding = bodyKind(contentType, Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength))
  const result = readObservation(observation)
  const parameters = ifReadable(() => readParameters(observation))
  if (parameters === null) return { encoding, recognised: null, result, facts: [], parameters: [] }
  const recognised = recognise(observation, parameters)
  const said = ifReadable(() => surfaceOf(observation, parameters, recognised)?.explain(observation, parameters) ?? null) ?? UNSAID
  return {
    encoding,
    recognised,
    result,
    facts: said.facts.map((fact) => ({ ...fact, phone: PHONES.has(fact.field) ? normalisePhone(fact.value) : null })),
    parameters: requestParameters(parameters).map((parameter) => ({ ...parameter, ...whatBecameOf(parameter.name, said) })),
  }
}

const PHONES: ReadonlySet<Field> = new Set(['from', 'to', 'exophone', 'forwardedFrom'])
const UNSAID: CallExplanation = { facts: [], uses: [], faults: [] }

const isOfApi = (surface: Surface): surface is 'call-list' | 'call-lookup' => surface === 'call-list' || surface === 'call-lookup'

const recognise = ({ surface }: Observation, parameters: Parameters): ChosenShape | null =>
  isOfApi(surface) ? null : chooseShape(surface === 'unrecognised' ? null : surface, hasNameIn(parameters))

const surfaceOf = ({ surface }: Observation, parameters: Parameters, recognised: ChosenShape | null): CallSurface | null => {
  if (isOfApi(surface)) return apiSurface(parameters)
  return recognised === null ? null : CALL_SURFACES[recognised.shape]
}

const whatBecameOf = (name: string, { facts, uses, faults }: CallExplanation): Omit<ExplainedParameter, keyof RequestParameter> => {
  const isOf = (read: RequestParameter) => read.name === name || name.startsWith(`${read.name}[`)
  return { readAs: [...uses.filter(isOf).map(({ use }) => use), ...facts.filter(isOf).map(({ field }) => field)], needed: faults.find(isOf)?.needed ?? null }
}

const ifReadable = <T>(read: () => T): T | null => {
  try {
    return read()
  } catch (error) {
    if (error instanceof UnreadableError) return null
    throw error
  }
}
