/**
 * A schema as plain functions: what most requests are read with. zod takes as long for its own bookkeeping as the fields take to be read. A field tells
 * how it is read without it; whatever is not as it should be is left to the schema, which says what is wrong with it and where.
 */
import { z } from 'zod'

/** What a value reads as, the same as its schema makes of it, or NOT_QUICK where only the schema can tell. A name that reads as nothing is left out. */
export type QuickRead = (value: unknown) => unknown

export const NOT_QUICK = Symbol('read it with the schema')

const reads = new WeakMap<z.ZodType, QuickRead>()

/** The same schema, with the function that reads what it accepts as it does. */
export const quickly = <S extends z.ZodType>(schema: S, read: QuickRead): S => {
  reads.set(schema, read)
  return schema
}

/** How a schema is read quickly: as it tells itself, name by name, or by itself. */
export const quickReadOf = (schema: z.ZodType): QuickRead => {
  const known = reads.get(schema)
  if (known !== undefined) return known
  const read = schema instanceof z.ZodObject && isOnlyItsNames(schema) ? objectRead(schema.shape as Readonly<Record<string, z.ZodType>>) : bySchema(schema)
  reads.set(schema, read)
  return read
}

/** Without a check of the whole, and without a rule for other names: either is the schema's to apply. */
const isOnlyItsNames = ({ def }: z.ZodObject): boolean => (def.checks ?? []).length === 0 && def.catchall === undefined

const objectRead = (shape: Readonly<Record<string, z.ZodType>>): QuickRead => {
  const names = Object.keys(shape)
  const fields = Object.values(shape).map(quickReadOf)
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return NOT_QUICK
    const said: Record<string, unknown> = {}
    for (let nth = 0; nth < names.length; nth += 1) {
      const name = names[nth] as string
      const field = (fields[nth] as QuickRead)((value as Readonly<Record<string, unknown>>)[name])
      if (field === NOT_QUICK) return NOT_QUICK
      if (field !== undefined) said[name] = field
    }
    return said
  }
}

const bySchema =
  (schema: z.ZodType): QuickRead =>
  (value) => {
    const result = schema.safeParse(value)
    return result.success ? result.data : NOT_QUICK
  }
