import type { Instant } from '../clock/simulator-clock.ts'

/** Only there so that a changed cursor is noticed. */
const MARK = 0x51c5

/** A place in the list: beyond the call with this seq. */
export interface Cursor {
  readonly seq: number
  readonly issuedAt: Instant
}

/** The opaque text of a cursor. Clients must not build or read it, so it does not look like a number. */
export const cursorText = ({ seq, issuedAt }: Cursor): string => {
  const place = seq + 1
  return Buffer.from(`call:${place.toString(36)}:${issuedAt.toString(36)}:${((place * 31 + issuedAt + MARK) % 0xffff).toString(36)}`).toString('base64url')
}

/** The place a cursor names; null when it was not made here. */
export const parseCursor = (text: string): Cursor | null => {
  const [, place, issued] = /^call:([0-9a-z]{1,11}):([0-9a-z]{1,11}):/.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? []
  if (place === undefined || issued === undefined) return null
  const cursor = { seq: Number.parseInt(place, 36) - 1, issuedAt: Number.parseInt(issued, 36) }
  return cursorText(cursor) === text ? cursor : null
}
