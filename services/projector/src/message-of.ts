/** What an error says, or else its code: a refused connection to several addresses has no message. */
export const messageOf = (error: unknown): string => (error as Error).message || String((error as { code?: unknown }).code)
