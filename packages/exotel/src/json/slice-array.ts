const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a]
const OPENING = new Set([0x7b, 0x5b])
const CLOSING = new Set([0x7d, 0x5d])
const SPACE = new Set([0x20, 0x09, 0x0a, 0x0d])

/**
 * The elements of an object's array, as bytes exactly as they stand: what is appended to the log must be what the vendor sent,
 * which parsing and writing again would not keep (key order, `1.500`, spacing). The text must be valid JSON already.
 * Null where the text is not an object with an array under `key`. A key that is there twice counts the last time, as in JSON.parse.
 */
export const sliceArray = (json: Uint8Array, key: string): readonly Uint8Array[] | null => {
  let elements: Uint8Array[] | null = null
  for (const value of valuesUnder(json, key)) elements = json[value] === 0x5b ? elementsAt(json, value) : null
  return elements
}

/** Where each value of the outermost object's `key` begins. */
function* valuesUnder(json: Uint8Array, key: string): Generator<number> {
  let depth = 0
  let expectsKey = false
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] ?? 0
    if (byte === QUOTE) {
      const end = stringEnd(json, at)
      if (depth === 1 && expectsKey) {
        const colon = afterSpace(json, end)
        if (json[colon] === COLON && textOf(json, at, end) === key) yield afterSpace(json, colon + 1)
        expectsKey = false
      }
      at = end - 1
    } else if (OPENING.has(byte)) {
      depth += 1
      if (depth === 1) {
        if (byte !== 0x7b) return
        expectsKey = true
      }
    } else if (CLOSING.has(byte)) depth -= 1
    else if (byte === COMMA && depth === 1) expectsKey = true
  }
}

const elementsAt = (json: Uint8Array, arrayStart: number): Uint8Array[] => {
  const elements: Uint8Array[] = []
  let depth = 0
  let start = afterSpace(json, arrayStart + 1)
  for (let at = arrayStart; at < json.length; at += 1) {
    const byte = json[at] ?? 0
    if (byte === QUOTE) at = stringEnd(json, at) - 1
    else if (OPENING.has(byte)) depth += 1
    else if (byte === COMMA && depth === 1) {
      elements.push(json.subarray(start, beforeSpace(json, at)))
      start = afterSpace(json, at + 1)
    } else if (CLOSING.has(byte)) {
      depth -= 1
      if (depth > 0) continue
      if (start < at) elements.push(json.subarray(start, beforeSpace(json, at)))
      return elements
    }
  }
  return elements
}

/** One past the closing quote of the string that begins at `at`. */
const stringEnd = (json: Uint8Array, at: number): number => {
  let end = at + 1
  while (end < json.length && json[end] !== QUOTE) end += json[end] === BACKSLASH ? 2 : 1
  return end + 1
}

const textOf = (json: Uint8Array, start: number, end: number): unknown => JSON.parse(Buffer.from(json.subarray(start, end)).toString('utf8'))

const afterSpace = (json: Uint8Array, at: number): number => {
  let next = at
  while (SPACE.has(json[next] ?? 0)) next += 1
  return next
}

const beforeSpace = (json: Uint8Array, at: number): number => {
  let end = at
  while (SPACE.has(json[end - 1] ?? 0)) end -= 1
  return end
}
