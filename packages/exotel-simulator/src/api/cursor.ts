/** Only there so that a changed cursor is noticed. */
const MARK = 0x51c5

/** The opaque text of a place in the list. Clients must not build or read it, so it does not look like a number. */
export const cursorText = (seq: number): string => Buffer.from(`call:${seq.toString(36)}:${((seq * 31 + MARK) % 0xffff).toString(36)}`).toString('base64url')

/** The place a cursor names; null when it was not made here. */
export const parseCursor = (text: string): number | null => {
  const [, digits] = /^call:([0-9a-z]{1,11}):/.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? []
  if (digits === undefined) return null
  const seq = Number.parseInt(digits, 36)
  return cursorText(seq) === text ? seq : null
}
