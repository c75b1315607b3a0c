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

const own = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined

const nameOf = ([first = '', ...rest]: readonly string[]): string => first + rest.map((key) => `[${key}]`).join('')

const rawText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
