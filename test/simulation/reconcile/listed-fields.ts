/** What every row of the list says of a call, in the words of both the ledger and the record. */
export const LISTED_FIELDS = ['status', 'direction', 'from', 'to', 'exophone', 'createdAt', 'startedAt', 'endedAt', 'durationSeconds', 'price', 'recordingUrl'] as const
export type ListedField = (typeof LISTED_FIELDS)[number]

const PHONES: ReadonlySet<string> = new Set(['from', 'to', 'exophone'])

/** Whether a record's field holds what the ledger has, whichever way each writes it. */
export const sameValue = (field: string, held: string | null, truth: string | number | null): boolean => {
  if (held === null || truth === null) return held === truth
  if (PHONES.has(field)) return subscriber(held) === subscriber(String(truth))
  if (field.endsWith('At')) return Date.parse(held) === truth
  return /Seconds$|^price$/.test(field) ? Number(held) === Number(truth) : held === truth
}

const subscriber = (phone: string): string => (phone.startsWith('sip:') ? phone : phone.replace(/\D/g, '').slice(-10))
