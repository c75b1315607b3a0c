import type { z } from 'zod'
import { UnreadableError } from '../unreadable-error.ts'
import { NOT_QUICK, quickReadOf } from '../words/quick-read.ts'
import { type Path, parameterKeys } from './request-parameter.ts'

/** A value that is there and cannot be read: where its schema has it, and what is needed there. */
export interface Fault {
  readonly path: Path
  readonly needed: string
}

export interface Parsed<S> {
  readonly said: S
  /** What was left out of `said`. */
  readonly faults: readonly Fault[]
}

/**
 * What a surface's schema makes of a value. A field that cannot be read is left out and told as a fault: the rest of the delivery is
 * as good as it would be without that field. Without one of the `vital` fields, dotted, nothing is left to speak of: throws UnreadableError.
 */
export const parseWith = <S>(schema: z.ZodType<S>, value: unknown, vital: ReadonlySet<string> = NO_FIELDS): Parsed<S> => {
  const quick = quickReadOf(schema)(value)
  if (quick !== NOT_QUICK) return { said: quick as S, faults: NO_FAULTS }
  const result = schema.safeParse(value)
  if (result.success) return { said: result.data, faults: NO_FAULTS }
  const faults = result.error.issues.map(({ path, message }) => ({ path: path.map(String), needed: message }))
  const fatal = faults.find(({ path }) => path.length === 0 || vital.has(path.join('.')))
  if (fatal !== undefined) throw unreadable(fatal)
  const rest = schema.safeParse(
    omitAll(
      value,
      faults.map(({ path }) => parameterKeys(value, path)),
    ),
  )
  if (!rest.success) throw unreadable(faults[0])
  return { said: rest.data, faults }
}

const NO_FIELDS: ReadonlySet<string> = new Set()
const NO_FAULTS: readonly Fault[] = []

const unreadable = (fault: Fault | undefined): UnreadableError => new UnreadableError(`${fault?.path.join('.') || 'the body'} ${fault?.needed ?? 'is not readable'}`)

/** A copy without what stands at the keys; everything that lies on no way there is shared, and nothing is copied twice. */
const omitAll = (value: unknown, places: readonly Path[]): unknown => {
  if (typeof value !== 'object' || value === null) return undefined
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>
  for (const [key, inner] of byFirstKey(places)) {
    copy[key] = inner.some((rest) => rest.length === 0) ? undefined : omitAll(copy[key], inner)
  }
  return copy
}

const byFirstKey = (places: readonly Path[]): ReadonlyMap<string, readonly Path[]> => {
  const groups = new Map<string, Path[]>()
  for (const [key = '', ...rest] of places) {
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [rest])
    else group.push(rest)
  }
  return groups
}
