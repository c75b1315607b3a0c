import { randomBytes, randomUUID } from 'node:crypto'
import { chown, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { type KeptFile, keptFile } from '../kept-file.ts'
import { type CommandResult, runCommand } from '../process/run-command.ts'
import type { RunAs } from './postgres-user.ts'

const INITDB_MS_MAX = 120_000

export const SUPERUSER = 'postgres'
/** Owns the database of the same name. No superuser and no BYPASSRLS: what Rollcall may not do in production it may not do here. */
export const OWNER = 'rollcall'

/** What auditors read by (docs/audit-api.md); the owner may make none. */
const AUDIT_ROLES = ['rollcall_audit_api', 'rollcall_auditor', 'rollcall_audit_writer']

const Passwords = z.object({ superuser: z.string().min(16), owner: z.string().min(16) })
export type Passwords = z.infer<typeof Passwords>

export interface CreateClusterOptions {
  readonly dataHome: string
  readonly binaries: string
  readonly runAs: RunAs | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes `<dataHome>/data` once: initdb, then the role and its database in single-user mode, which needs no client and no
 * network. All under another name, renamed when done, so that a killed first start leaves no half-made cluster.
 * @returns the passwords, kept in a file only we can read.
 */
export const createCluster = async (options: CreateClusterOptions): Promise<Passwords> => {
  const { dataHome } = options
  const data = join(dataHome, 'data')
  const kept = keptFile(join(dataHome, 'passwords.json'), Passwords, 0o600)
  await sweep(dataHome)
  if (await isThere(data)) {
    const passwords = await kept.read()
    if (passwords === null) throw new Error(`${dataHome} holds a Postgres whose passwords.json is missing. Put the file back, or begin anew with --fresh.`)
    return passwords
  }
  return initialise(options, data, kept)
}

const initialise = async ({ dataHome, binaries, runAs, signal }: CreateClusterOptions, data: string, kept: KeptFile<Passwords>): Promise<Passwords> => {
  const passwords = { superuser: newPassword(), owner: newPassword() }
  const making = join(dataHome, `data.new-${randomUUID()}`)
  const passwordFile = join(dataHome, `password.new-${randomUUID()}`)
  const run = { timeoutMs: INITDB_MS_MAX, signal, runAs, directory: '/' }
  try {
    await mkdir(making, { mode: 0o700 })
    await writeFile(passwordFile, `${passwords.superuser}\n`, { mode: 0o600 })
    if (runAs) for (const path of [making, passwordFile]) await chown(path, runAs.uid, runAs.gid)
    // The same sort order and encoding on every machine, whatever locales it has.
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
    const initdb = ['-D', making, '-U', SUPERUSER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--no-instructions', ...locale]
    succeed('initdb', await runCommand(join(binaries, 'bin/initdb'), initdb, run))
    const single = ['--single', '-c', 'exit_on_error=true', '-D', making, 'postgres']
    succeed('making the role and its database', await runCommand(join(binaries, 'bin/postgres'), single, { ...run, input: rolesSql(passwords) }))
    await kept.write(passwords)
    await rename(making, data)
    return passwords
  } finally {
    await rm(passwordFile, { force: true })
    await rm(making, { recursive: true, force: true })
  }
}

/** Single-user mode ends a statement at the end of its line. The passwords are base64url: nothing to quote. */
const rolesSql = ({ owner }: Passwords): string =>
  [
    `CREATE ROLE ${OWNER} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD '${owner}'`,
    ...AUDIT_ROLES.map((role) => `CREATE ROLE ${role} NOLOGIN`),
    `GRANT rollcall_audit_api, rollcall_audit_writer TO ${OWNER}`,
    `CREATE DATABASE ${OWNER} OWNER ${OWNER}`,
    `REVOKE ALL ON DATABASE ${OWNER} FROM PUBLIC`,
    '',
  ].join('\n')

const newPassword = (): string => randomBytes(24).toString('base64url')

const succeed = (what: string, { ok, problem, output }: CommandResult): void => {
  if (!ok) throw new Error(`Postgres: ${what} failed (${problem}):\n${output}`)
}

/** What a first start that was killed left half-made. */
const sweep = async (dataHome: string): Promise<void> => {
  await mkdir(dataHome, { recursive: true })
  for (const name of await readdir(dataHome)) if (/^(data|password)\.new-/.test(name)) await rm(join(dataHome, name), { recursive: true, force: true })
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
