const SECRET_NAME = /(SECRET|TOKEN|PASSWORD|KEY)$/
const SHOWN_CHARACTERS_MAX = 120

/** A setting's value as a message may show it: secrets not at all, URLs without their password, anything long cut short. Pure. */
export const shownValue = (name: string, value: string | undefined): string => {
  if (value === undefined) return 'not set'
  if (SECRET_NAME.test(name)) return '[redacted]'
  // A password may itself hold '@' or '/': everything up to the last '@' goes.
  const shown = value.replace(/([a-z][a-z0-9+.-]*:\/\/[^:@/?#]*):.*@/gi, '$1:[redacted]@')
  return JSON.stringify(shown.length > SHOWN_CHARACTERS_MAX ? `${shown.slice(0, SHOWN_CHARACTERS_MAX)}…` : shown)
}
