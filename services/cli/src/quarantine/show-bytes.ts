import { isUtf8 } from 'node:buffer'
import { maskText } from '@rollcall/domain/privacy/mask-text'
import { safeText } from '../terminal/safe-text.ts'

/** Of a payload, this much is shown; `--json --reveal` gives all of it. */
export const SHOWN_BYTES_MAX = 4_096

/** A payload as lines for a terminal: nothing in it is obeyed, and without `reveal` nothing in it is anybody's. Pure. */
export const showBytes = (payload: Uint8Array, reveal: boolean): readonly string[] => {
  if (payload.length === 0) return ['(empty)']
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, Math.min(payload.length, SHOWN_BYTES_MAX))
  const text = isUtf8(payload) ? bytes.toString('utf8') : bytes.toString('latin1')
  const lines = (reveal ? text : maskText(text)).split(/\r?\n/).map(safeText)
  return [
    ...(isUtf8(payload) ? [] : ['(not UTF-8; shown as Latin-1)']),
    ...lines,
    ...(payload.length > SHOWN_BYTES_MAX ? [`(${payload.length - SHOWN_BYTES_MAX} more bytes)`] : []),
  ]
}
