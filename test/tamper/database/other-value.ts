import type { Random } from '@rollcall/exotel-simulator/random'

const DAY_MS = 86_400_000
const CHANGE_MAX = 1_000

/** Another value than this, as JSON has values of this type of Postgres. */
export const otherValue = (type: string, value: unknown, random: Random): unknown => {
  if (type.endsWith('[]')) {
    const items = Array.isArray(value) ? value : []
    return items.length > 0 && random.chance(0.5) ? items.slice(1) : [...items, random.hex(6)]
  }
  switch (type) {
    case 'boolean':
      return value !== true
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'numeric':
      return Number(value ?? 0) + (random.chance(0.5) ? 1 : -1) * random.integer(1, CHANGE_MAX)
    case 'timestamp with time zone':
      return new Date(
        Date.parse(String(value ?? '2026-01-14T18:30:00Z')) + (random.chance(0.5) ? 1 : -1) * random.integer(1, random.chance(0.5) ? CHANGE_MAX : 30 * DAY_MS),
      ).toISOString()
    case 'date':
      return new Date(Date.parse(String(value)) + random.integer(1, 30) * DAY_MS).toISOString().slice(0, 10)
    case 'uuid':
      return random.hex(32)
    case 'bytea':
      return otherBytes(String(value ?? '\\x00'), random)
    case 'jsonb':
      return otherJson(value, random)
    default:
      return otherText(value, random)
  }
}

const otherText = (value: unknown, random: Random): string => {
  const text = typeof value === 'string' ? value : ''
  if (text === '' || random.chance(0.3)) return `${text}${random.hex(1)}`
  const at = random.integer(0, text.length - 1)
  return random.chance(0.3) ? text.slice(0, at) + text.slice(at + 1) : `${text.slice(0, at)}${random.hex(1)}${text.slice(at + 1)}`
}

const otherBytes = (text: string, random: Random): string => {
  const bytes = Buffer.from(text.slice(2), 'hex')
  if (bytes.length === 0) return `\\x${random.hex(2)}`
  const at = random.integer(0, bytes.length - 1)
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(0, 7))
  return `\\x${bytes.toString('hex')}`
}

/** One thing in it is another, is gone, or was put in. */
const otherJson = (value: unknown, random: Random): unknown => {
  if (typeof value === 'number') return value + random.integer(1, CHANGE_MAX)
  if (typeof value === 'boolean') return !value
  if (typeof value === 'string') return otherText(value, random)
  if (value === null) return random.hex(4)
  const isList = Array.isArray(value)
  const entries = Object.entries(value as object)
  const how = random.integer(0, 9)
  if (entries.length === 0 || how === 0) return isList ? [...(value as unknown[]), random.hex(4)] : { ...(value as object), [random.hex(4)]: random.hex(4) }
  const at = random.integer(0, entries.length - 1)
  const changed = how === 1 ? entries.filter((_, nth) => nth !== at) : entries.map(([name, item], nth) => [name, nth === at ? otherJson(item, random) : item] as const)
  return isList ? changed.map(([, item]) => item) : Object.fromEntries(changed)
}
