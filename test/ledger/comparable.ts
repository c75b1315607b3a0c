const TIMES: ReadonlySet<string> = new Set(['createdAt', 'startedAt', 'endedAt'])

/** A value as the ledger, a fact or Postgres gives it, so that the three can be compared: times as epoch milliseconds, amounts as numbers. */
export const comparable = (field: string, value: unknown): unknown => {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return value.getTime()
  if (TIMES.has(field)) return typeof value === 'number' ? value : Date.parse(String(value))
  return field === 'price' || field.endsWith('Seconds') ? Number(value) : value
}
