const LEG_FIELD = /^Legs\[(\d{1,2})\]\[(\w{1,64})\]$/

/**
 * A form in the shape its JSON twin has: plain names as they are, `Legs[0][Status]` as `Legs: { 0: { Status } }`.
 * Only that one pattern nests, two levels deep, into objects without a prototype; every other bracket stays an ordinary name.
 */
export const nestForm = (fields: ReadonlyMap<string, unknown>): Readonly<Record<string, unknown>> => {
  const nested: Record<string, unknown> = Object.create(null)
  const legs: Record<string, Record<string, unknown>> = Object.create(null)
  for (const [name, value] of fields) {
    const leg = name.startsWith('Legs[') ? LEG_FIELD.exec(name) : null
    if (leg === null) nested[name] = value
    else legOf(legs, leg[1] ?? '')[leg[2] ?? ''] = value
  }
  if (Object.keys(legs).length > 0) nested.Legs = legs
  return nested
}

const legOf = (legs: Record<string, Record<string, unknown>>, index: string): Record<string, unknown> => {
  const known = legs[index] ?? Object.create(null)
  legs[index] = known
  return known
}
