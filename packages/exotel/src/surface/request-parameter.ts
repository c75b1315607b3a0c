import { legKeys } from '../words/legs.ts'

/** Where something stands among a surface's parameters: names, outermost first; legs by their place counted from 0. */
export type Path = readonly string[]

/** A parameter as the request had it. */
export interface RequestParameter {
  /** In brackets where it nests, whatever the encoding: `Legs[1][OnCallDuration]`, `Call[Details][Leg1Status]`. */
  readonly name: string
  /** As sent; what is no text or number is its JSON. At most RAW_CHARACTERS_MAX. */
  readonly raw: string
}

export const RAW_CHARACTERS_MAX = 4_096

/**
 * The parameter that `path` was read from: `parameters` as they came, before any reader made them one shape.
 * It follows the path as far as the request goes that way: a word that was read into several facts is one parameter.
 */
export const requestParameter = (parameters: unknown, prefix: Path, path: Path): RequestParameter => {
  const keys = parameterKeys(parameters, path)
  return { name: nameOf([...prefix, ...keys]), raw: rawText(keys.reduce<unknown>(own, parameters)).slice(0, RAW_CHARACTERS_MAX) }
}

/** The keys that lead to that parameter in the request: the path, but for legs the index that they were sent under. */
export const parameterKeys = (parameters: unknown, path: Path): Path => {
  const keys: string[] = []
  let value = parameters
  for (const step of path) {
    if (typeof value !== 'object' || value === null) break
    const inner: readonly string[] = keys.at(-1) === 'Legs' ? (legKeys(value)[Number(step)] ?? [step]) : [step]
    const next = inner.reduce<unknown>(own, value)
    if (next === undefined) break
    keys.push(...inner)
    value = next
  }
  return keys
}

export const PARAMETERS_MAX = 500

/** Every text and number of a request under its name, up to PARAMETERS_MAX, outermost first as they were sent. */
export const requestParameters = (parameters: unknown): readonly RequestParameter[] => {
  const found: RequestParameter[] = []
  const collect = (value: unknown, keys: Path): void => {
    if (typeof value !== 'object' || value === null) found.push({ name: nameOf(keys), raw: rawText(value).slice(0, RAW_CHARACTERS_MAX) })
    else for (const key in value) if (Object.hasOwn(value, key) && found.length < PARAMETERS_MAX) collect(own(value, key), [...keys, key])
  }
  if (typeof parameters === 'object' && parameters !== null) collect(parameters, [])
  return found
}

const own = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined

const nameOf = ([first = '', ...rest]: readonly string[]): string => first + rest.map((key) => `[${key}]`).join('')

const rawText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
