/**
 * Days that one export may span. A pack has a file for each window, and all of its certificates are in memory at once, here and where it is
 * verified: a quarter of a year. Of a table that is what its manifest tells of each window: a year.
 */
export const EXPORT_DAYS_MAX = { pack: 92, table: 366 } as const
