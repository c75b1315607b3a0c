import { z } from 'zod'
import { plainReader, readsPlainly, UNREAD } from './plain-reader.ts'

/** An object that may be absent or null, and is read as one without fields then. */
export const objectOrNone = <Shape extends z.ZodRawShape>(object: z.ZodObject<Shape>) => {
  const read = plainReader(object)
  return readsPlainly(
    z.preprocess((value) => value ?? {}, object),
    (value) => (read === null ? UNREAD : read(value ?? {})),
  )
}
