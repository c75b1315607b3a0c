/** The IST day of a moment, as SQL. */
export const istDaySql = (time: string): string => `(((${time}) AT TIME ZONE 'UTC') + interval '330 minutes')::date`
