import type { z } from 'zod'
import { ConfigError } from './config-error.ts'
import { shownValue } from './shown-value.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The settings that `schema` describes, read from the environment. A variable that is set to nothing counts as not set.
 * Each field's description (`.describe`) says what is needed, and appears in the message.
 * @throws ConfigError with one line per problem: the variable, its value, what is needed, how to change it.
 */
export const parseConfig = <Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>, env: Environment): z.infer<z.ZodObject<Shape>> => {
  const given = Object.fromEntries(Object.entries(env).filter(([name, value]) => name in schema.shape && value !== undefined && value !== ''))
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  throw new ConfigError(parsed.error.issues.map((issue) => problemLine(schema.shape, given, issue)))
}

const problemLine = (shape: z.ZodRawShape, given: Environment, issue: z.core.$ZodIssue): string => {
  const name = issue.path[0]
  if (typeof name !== 'string') return issue.message
  const needed = (shape[name] as z.ZodType | undefined)?.description ?? issue.message
  return `${name} is ${shownValue(name, given[name])}; needed is ${needed}. Set the environment variable ${name}.`
}
