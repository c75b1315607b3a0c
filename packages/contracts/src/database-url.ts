/*
 * DATABASE_URL as libpq writes it, several hosts included, which neither WHATWG's URL nor pg can read:
 *   postgres://user:password@db1:5432,db2:5432/rollcall?target_session_attrs=read-write
 */

/** More would only make each new connection slower. */
const HOSTS_MAX = 8
const DEFAULT_PORT = 5432
const SHAPE = /^(postgres(?:ql)?:\/\/)([^/?#]*@)?([^/?#]*)(\/[^?#]*)?(\?[^#]*)?$/
/** A name or IPv4 address, or an IPv6 address in brackets; then a port. */
const HOST = /^(\[[0-9a-fA-F:.]+\]|[^\s:[\]]+)(?::([0-9]{1,5}))?$/
const ATTRIBUTE = 'target_session_attrs'
/** What libpq calls a server that takes writes. All that Rollcall does ends in a write, so no other is of use. */
const WRITABLE = ['read-write', 'primary']

/** DATABASE_URL cannot be used; the message says why, without the password. */
export class DatabaseUrlError extends Error {
  override readonly name = 'DatabaseUrlError'
}

export interface DatabaseServer {
  /** `db1:5432` */
  readonly place: string
  /** An ordinary connection string of this host alone. */
  readonly url: string
}

export interface DatabaseServers {
  /** At least one, in the order given. */
  readonly servers: readonly DatabaseServer[]
  /** Whether the one that takes writes is to be found: where there are several, or where it was asked for. */
  readonly findWritable: boolean
  /** All of it without user and password: `db1:5432,db2:5432/rollcall`. */
  readonly address: string
}

/** @throws DatabaseUrlError */
export const parseDatabaseUrl = (text: string): DatabaseServers => {
  const [, scheme, login = '', authority = '', path = '', query = ''] = SHAPE.exec(text) ?? refuse('it is not like postgres://user@host:5432/rollcall')
  const parameters = new URLSearchParams(query)
  const asked = parameters.get(ATTRIBUTE)
  if (asked !== null && !WRITABLE.includes(asked)) refuse(`${ATTRIBUTE} is ${JSON.stringify(asked)}; needed is read-write, since Rollcall writes`)
  const hosts = authority.split(',')
  if (hosts.length > HOSTS_MAX) refuse(`it names ${hosts.length} hosts; needed are at most ${HOSTS_MAX}`)
  // The text as it was given: pg reads more forms of a single host (a socket's folder, say) than is checked here.
  if (hosts.length === 1 && asked === null) return { servers: [{ place: placeOf(text), url: text }], findWritable: false, address: `${placeOf(text)}${path}` }
  parameters.delete(ATTRIBUTE)
  const rest = `${path}${parameters.size === 0 ? '' : `?${parameters}`}`
  const servers = hosts.map((host) => {
    const [, name, port = String(DEFAULT_PORT)] = HOST.exec(host.trim()) ?? refuse(`${JSON.stringify(host)} is no host or host:port`)
    return { place: `${name}:${port}`, url: `${scheme}${login}${name}:${port}${rest}` }
  })
  for (const { url, place } of servers) if (!URL.canParse(url)) refuse(`${place} is no host:port`)
  return { servers, findWritable: true, address: `${servers.map(({ place }) => place).join()}${path}` }
}

/** For a zod schema. Pure. */
export const isDatabaseUrl = (text: string): boolean => {
  try {
    parseDatabaseUrl(text)
    return true
  } catch {
    return false
  }
}

const placeOf = (url: string): string => {
  if (!URL.canParse(url)) refuse('it is not like postgres://user@host:5432/rollcall')
  const { hostname, port } = new URL(url)
  return `${hostname}:${port || DEFAULT_PORT}`
}

const refuse = (why: string): never => {
  throw new DatabaseUrlError(`DATABASE_URL: ${why}`)
}
