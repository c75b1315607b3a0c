import { createHmac, timingSafeEqual } from 'node:crypto'
import type { z } from 'zod'
import { QuestionError } from './question-error.ts'

const MAC_BYTES = 16

/** Makes the cursors of one list, and reads them back. */
export interface Cursors {
  /** `question` is everything but the cursor and the limit that the list was asked by: a cursor goes on with that question and no other. */
  seal(question: unknown, place: unknown): string
  /** @throws QuestionError `bad-cursor` */
  open<Place>(question: unknown, cursor: string, place: z.ZodType<Place>): Place
}

/** A cursor shows its place to whoever decodes it, and cannot be changed: it carries an HMAC over question and place. */
export const createCursors = (key: Uint8Array): Cursors => {
  const macOf = (question: unknown, place: string): Buffer =>
    createHmac('sha256', key)
      .update(JSON.stringify([question, place]))
      .digest()
      .subarray(0, MAC_BYTES)
  return {
    seal: (question, place) => {
      const text = JSON.stringify(place)
      return Buffer.concat([macOf(question, text), Buffer.from(text)]).toString('base64url')
    },
    open: (question, cursor, schema) => {
      const bytes = Buffer.from(cursor, 'base64url')
      const text = bytes.subarray(MAC_BYTES).toString()
      const mac = bytes.subarray(0, MAC_BYTES)
      if (mac.length !== MAC_BYTES || bytes.toString('base64url') !== cursor || !timingSafeEqual(mac, macOf(question, text)))
        throw new QuestionError('bad-cursor', 'The cursor was changed, or is of another question. Ask again without it.')
      return schema.parse(JSON.parse(text))
    },
  }
}
