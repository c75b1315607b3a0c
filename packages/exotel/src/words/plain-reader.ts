/**
 * What a schema makes of a value that it accepts, without the schema's own bookkeeping: for each of its fields a context, a list of issues and a
 * closure would be made, several dozen times for each delivery. Whatever a reader cannot read is left to the schema, which alone says what is wrong.
 */
import { z } from 'zod'

/** It cannot be read, or not here: ask the schema. */
export const UNREAD: unique symbol = Symbol('unread')
export type PlainReader<T = unknown> = (value: unknown) => T | typeof UNREAD

const readers = new WeakMap<z.ZodType, PlainReader | null>()

/** Says what a schema's own functions do. Where both can read a value they must say the same of it. */
export const readsPlainly = <S extends z.ZodType>(schema: S, reader: PlainReader<z.infer<S>>): S => {
  readers.set(schema, reader)
  return schema
}

/** The reader of a schema of which every part has one; null where one has none. An object is read field by field. */
export const plainReader = <T>(schema: z.ZodType<T>): PlainReader<T> | null => {
  const known = readers.get(schema)
  if (known !== undefined) return known as PlainReader<T> | null
  const made = schema instanceof z.ZodObject ? objectReader(schema.shape as Readonly<Record<string, z.ZodType>>) : null
  readers.set(schema, made)
  return made as PlainReader<T> | null
}

const objectReader = (shape: Readonly<Record<string, z.ZodType>>): PlainReader | null => {
  const fields: (readonly [string, PlainReader])[] = []
  for (const [name, schema] of Object.entries(shape)) {
    const reader = plainReader(schema)
    if (reader === null) return null
    fields.push([name, reader])
  }
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return UNREAD
    const said: Record<string, unknown> = {}
    for (let nth = 0; nth < fields.length; nth += 1) {
      const [name, reader] = fields[nth] as readonly [string, PlainReader]
      const read = reader((value as Readonly<Record<string, unknown>>)[name])
      if (read === UNREAD) return UNREAD
      if (read !== undefined) said[name] = read
    }
    return said
  }
}
