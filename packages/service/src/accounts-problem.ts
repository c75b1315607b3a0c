import type { z } from 'zod'

const SHOWN_CHARACTERS_MAX = 120

/** Why the accounts file cannot be used, with the place in it. Values are shown of coverage rules only: elsewhere one may be a secret that was pasted. Pure. */
export const accountsProblem = (json: unknown, issue: z.core.$ZodIssue): string => {
  const place = placeOf(issue.path)
  if (issue.path[2] !== 'coverage') return `${place || 'the file'}: ${issue.message}`
  if (issue.code === 'unrecognized_keys') return `${placeOf([...issue.path, ...issue.keys.slice(0, 1)])} is no setting of a rule; needed is one that docs/coverage.md names`
  return `${place} is ${shown(valueAt(json, issue.path))}; needed is ${issue.message}`
}

const placeOf = (path: readonly PropertyKey[]): string => path.map((part, nth) => (typeof part === 'number' ? `[${part}]` : `${nth === 0 ? '' : '.'}${String(part)}`)).join('')

const valueAt = (json: unknown, path: readonly PropertyKey[]): unknown => path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], json)

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'not set'
  return text.length > SHOWN_CHARACTERS_MAX ? `${text.slice(0, SHOWN_CHARACTERS_MAX)}…` : text
}
