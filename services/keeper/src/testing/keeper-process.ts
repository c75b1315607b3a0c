import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { TOPICS } from '@rollcall/contracts/topics'
import { openEmbeddedEventLog } from '@rollcall/event-log/embedded/embedded-event-log'
import { serveEmbeddedLog } from '@rollcall/event-log/embedded/serve-embedded-log'
import type { EventLog } from '@rollcall/event-log/event-log'
import { createTestDatabase } from '@rollcall/store/testing/test-database'

/* The keeper runs from dist, as it does in life: build first (`pnpm build`). */
const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const REGISTER = fileURLToPath(import.meta.resolve('@rollcall/telemetry/register')).replace('/src/register.ts', '/dist/register.js')

/** A log, a database and a directory for one keeper after another. */
export interface KeeperSurroundings {
  readonly directory: string
  readonly keeperDirectory: string
  readonly log: EventLog
  /** Puts a file that only its owner reads, and returns its path. */
  putSecret(name: string, text: string): Promise<string>
  /** Starts the built keeper; what it is not told, it has from here. */
  start(changes?: Readonly<Record<string, string>>): KeeperProcess
  close(): Promise<void>
}

export interface KeeperProcess {
  readonly child: ChildProcess
  /** Everything that it has said until now. */
  said(): { readonly out: string; readonly err: string }
  /** The lines of its log that tell of this event, until now. */
  told(event: string): readonly Readonly<Record<string, unknown>>[]
  /** What its admin server answers; waits until it listens. */
  ask(path: '/metrics' | '/statusz'): Promise<string>
  /** Exit code, once it has left. */
  readonly ended: Promise<number | null>
  /** Asks it to stop, and waits until it has. */
  stop(): Promise<number | null>
}

export const createKeeperSurroundings = async (superuserUrl: string, ownerUrl: string): Promise<KeeperSurroundings> => {
  const directory = await mkdtemp(join(tmpdir(), 'rollcall-keeper-'))
  const keeperDirectory = join(directory, 'keeper')
  await mkdir(keeperDirectory)
  const database = await createTestDatabase(superuserUrl, ownerUrl)
  const log = await openEmbeddedEventLog({ directory: join(directory, 'log') })
  await log.ensureTopics(TOPICS)
  const served = await serveEmbeddedLog({ log, host: '127.0.0.1', port: 0 })
  const env = {
    EMBEDDED_LOG_URL: served.url,
    DATABASE_URL: database.databaseUrl,
    ROLLCALL_ALLOW_UNSAFE_TOPICS: 'true',
    KEEPER_ADMIN_PORT: '0',
    KEEPER_DIR: keeperDirectory,
  }
  const running: KeeperProcess[] = []
  return {
    directory,
    keeperDirectory,
    log,
    putSecret: async (name, text) => {
      await writeFile(join(directory, name), `${text}\n`, { mode: 0o400 })
      return join(directory, name)
    },
    start: (changes = {}) => {
      const keeper = startKeeper({ ...env, ...changes })
      running.push(keeper)
      return keeper
    },
    close: async () => {
      for (const keeper of running) keeper.child.kill('SIGKILL')
      await Promise.all(running.map(({ ended }) => ended))
      await served.close()
      await log.close()
      await database.drop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

const startKeeper = (env: Readonly<Record<string, string>>): KeeperProcess => {
  const child = spawn(process.execPath, ['--import', REGISTER, MAIN], { env: { PATH: process.env.PATH ?? '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { out: '', err: '' }
  const lines: Record<string, unknown>[] = []
  child.stderr.on('data', (text) => {
    said.err += text
  })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const admin = new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      said.out += `${line}\n`
      const told = JSON.parse(line) as Record<string, unknown>
      lines.push(told)
      if (told.event === 'admin.listening') resolve(`http://127.0.0.1:${told.port}`)
    })
    ended.then((code) => reject(new Error(`the keeper left with ${code}\n${said.out}${said.err}`)), reject)
  })
  // Whoever asks hears of it.
  admin.catch(() => {})
  return {
    child,
    said: () => ({ ...said }),
    told: (event) => lines.filter((line) => line.event === event),
    ask: async (path) => (await fetch((await admin) + path)).text(),
    ended,
    stop: () => {
      child.kill('SIGTERM')
      return ended
    },
  }
}
