import { readFile } from 'node:fs/promises'

export interface RunAs {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** In this order: nothing is added to the machine's users. */
const CANDIDATES = ['postgres', 'nobody']

/** Who Postgres runs as when we are root, from the text of /etc/passwd; undefined when there is nobody fit. */
export const pickUser = (passwd: string): RunAs | undefined => {
  const users = passwd.split('\n').map((line) => line.split(':'))
  for (const name of CANDIDATES) {
    const found = users.find((fields) => fields[0] === name)
    if (found?.[2] && found[3] && found[2] !== '0') return { name, uid: Number(found[2]), gid: Number(found[3]) }
  }
  return undefined
}

/**
 * Postgres refuses to run as root. Undefined when we are not root: then it runs as we do.
 * @throws Error when we are root and there is no user to run it as.
 */
export const postgresUser = async (): Promise<RunAs | undefined> => {
  if (process.getuid?.() !== 0) return undefined
  const user = pickUser(await readFile('/etc/passwd', 'utf8'))
  if (user === undefined)
    throw new Error(`PostgreSQL does not run as root and this machine has no user ${CANDIDATES.join(' or ')}. Run as a normal user, or add one: useradd --system postgres`)
  return user
}
