import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { IngestStatus } from '@rollcall/contracts/ingest-status'

/* Services run from dist, as they do in life: build first (`pnpm build`). */
const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const REGISTER = fileURLToPath(import.meta.resolve('@rollcall/telemetry/register')).replace('/src/register.ts', '/dist/register.js')
const START_MS_MAX = 20_000

export const SECRET = 'obviously-fake-0123456789-0123456789'

export interface Installation {
  readonly directory: string
  /** Puts a secret, as an operator should: a whole file takes the place of another. */
  putSecret(name: string, text: string): Promise<void>
  /** Puts the accounts file, with one account of these webhook secret files. */
  putAccount(webhookSecretFiles: readonly string[], settings?: Readonly<Record<string, unknown>>): Promise<void>
  remove(): Promise<void>
}

/** A folder with an accounts file of one account and room for spools. */
export const createInstallation = async (account: string): Promise<Installation> => {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-ingest-'))
  const put = async (name: string, text: string): Promise<void> => {
    await writeFile(join(directory, `${name}.new`), text)
    await chmod(join(directory, `${name}.new`), 0o400)
    await rename(join(directory, `${name}.new`), join(directory, name))
  }
  const installation: Installation = {
    directory,
    putSecret: put,
    putAccount: (webhookSecretFiles, settings = {}) =>
      put(
        'accounts.json',
        JSON.stringify({ accounts: [{ sid: account, baseUrl: 'http://127.0.0.1:9', apiKeyFile: 'key', apiTokenFile: 'token', webhookSecretFiles, ...settings }] }),
      ),
    remove: () => rm(directory, { recursive: true, force: true }),
  }
  await put('key', 'fake-key')
  await put('token', 'fake-token')
  await put('secret', SECRET)
  await installation.putAccount(['secret'])
  return installation
}

export interface IngestProcess {
  readonly child: ChildProcess
  /** Where deliveries go, ready for `/{surface}`. */
  readonly hook: string
  readonly public: string
  readonly admin: string
  status(): Promise<IngestStatus>
  /** Exit code and everything said, once it has left. */
  readonly ended: Promise<{ code: number | null; out: string; err: string }>
}

/** Spawns ingest, or one of its one-shot commands, without waiting for anything. */
export const spawnIngest = (directory: string, env: Readonly<Record<string, string>>, args: readonly string[] = []) => {
  const child = spawn(process.execPath, ['--import', REGISTER, MAIN, ...args], {
    env: {
      PATH: process.env.PATH ?? '',
      ROLLCALL_ACCOUNTS_FILE: join(directory, 'accounts.json'),
      ROLLCALL_DATA_DIR: directory,
      ROLLCALL_ALLOW_UNSAFE_TOPICS: 'true',
      INGEST_PORT: '0',
      INGEST_ADMIN_PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', err: '' }
  child.stderr.on('data', (text) => {
    said.err += text
  })
  const lines = createInterface(child.stdout)
  lines.on('line', (line) => {
    said.out += `${line}\n`
  })
  const ended = once(child, 'exit').then(([code]) => ({ code: code as number | null, ...said }))
  return { child, lines, ended }
}

/** Spawns ingest and waits until it and its admin port listen. */
export const startIngest = async (account: string, directory: string, env: Readonly<Record<string, string>>): Promise<IngestProcess> => {
  const { child, lines, ended } = spawnIngest(directory, env)
  const ports = await new Promise<Record<string, number>>((resolve, reject) => {
    const found: Record<string, number> = {}
    const late = setTimeout(() => reject(new Error('ingest did not start in time')), START_MS_MAX)
    ended.then(({ code, out, err }) => reject(new Error(`ingest left with ${code}\n${out}${err}`)), reject)
    lines.on('line', (line) => {
      const { event, port } = JSON.parse(line) as { event: string; port: number }
      if (event === 'ingest.listening' || event === 'admin.listening') found[event] = port
      if (Object.keys(found).length < 2) return
      clearTimeout(late)
      resolve(found)
    })
  })
  const open = `http://127.0.0.1:${ports['ingest.listening']}`
  const admin = `http://127.0.0.1:${ports['admin.listening']}`
  return {
    child,
    hook: `${open}/hooks/${account}/${SECRET}`,
    public: open,
    admin,
    status: async () => IngestStatus.parse(await (await fetch(`${admin}/statusz`)).json()),
    ended,
  }
}
