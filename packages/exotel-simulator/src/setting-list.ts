import { z } from 'zod'
import { Settings } from './simulator-options.ts'

/** One setting, as people can be told of it. */
export interface ListedSetting {
  /** `traffic.longCalls.share`. */
  readonly path: string
  /** Undefined: it has to be given, or is left out. */
  readonly default: unknown
  /** Null: anything of its type. */
  readonly choices: readonly unknown[] | null
  readonly description: string
}

interface Described {
  readonly properties?: Readonly<Record<string, Described>>
  readonly default?: unknown
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Described[]
}

/** Every setting of the simulator, as its schema has it, in its order. */
export const listSettings = (): readonly ListedSetting[] => walk(z.toJSONSchema(Settings, { io: 'input' }) as Described, [], { inherited: undefined, about: '' })

const walk = (schema: Described, path: readonly string[], { inherited, about }: { readonly inherited: unknown; readonly about: string }): ListedSetting[] => {
  const { properties, description = '' } = schema
  const usual = inherited ?? schema.default
  const told = description === '' ? about : description
  if (properties === undefined) return [{ path: path.join('.'), default: usual, choices: choicesOf(schema), description: told }]
  return Object.entries(properties).flatMap(([name, inner]) => walk(inner, [...path, name], { inherited: within(usual, name), about: told }))
}

const within = (value: unknown, name: string): unknown => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined)

const choicesOf = ({ enum: values, anyOf = [] }: Described): readonly unknown[] | null => {
  if (values !== undefined) return values
  const constants = anyOf.flatMap((one) => (one.const === undefined ? [] : [one.const]))
  return constants.length === 0 ? null : constants
}
