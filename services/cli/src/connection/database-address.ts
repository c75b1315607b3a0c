/** Where a database is, without user and password: `db:5432/rollcall`. */
export const databaseAddress = (databaseUrl: string): string => {
  const { hostname, port, pathname } = new URL(databaseUrl)
  return `${hostname}:${port || '5432'}${pathname}`
}
