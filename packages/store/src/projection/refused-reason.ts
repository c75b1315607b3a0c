/** How the reason of a dead letter begins that is one because Postgres refused what the record says. */
export const REFUSED = 'Postgres refused what it says'

/** The whole reason, by what Postgres said. */
export const refusedReason = (error: unknown): string => `${REFUSED} (SQLSTATE ${(error as { code?: string }).code})`
