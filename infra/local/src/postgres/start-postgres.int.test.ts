import { execFile } from 'node:child_process'
import { chmod, chown, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandLineOf } from '../process/command-line-of.ts'
import { runCommand } from '../process/run-command.ts'
import { PROJECT_ROOT } from '../project-root.ts'
import { placeElsewhere } from './postgres-place.ts'
import { type LocalPostgres, startPostgres } from './start-postgres.ts'

describe('a local Postgres', () => {
  let directory: string
  let postgres: LocalPostgres | undefined
  const lines: string[] = []
  const start = async (signal?: AbortSignal) => {
    postgres = await startPostgres({ directory, onLine: (line) => lines.push(line), signal })
    return postgres
  }
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollcall-postgres-'))
    await chmod(directory, 0o755)
    lines.length = 0
  })
  afterEach(async () => {
    await postgres?.stop()
    await rm(directory, { recursive: true, force: true })
    await rm(placeElsewhere(directory), { recursive: true, force: true })
  })

  it('takes connections, stops leaving no process, and comes back with the same address', async () => {
    const first = await start()
    await expect(answers(first.port)).resolves.toBe(true)
    expect(await commandLineOf(first.pid)).toContain(directory)
    await first.stop()
    await first.stop()
    expect(await commandLineOf(first.pid)).toBeNull()
    const second = await start()
    expect(second.databaseUrl).toBe(first.databaseUrl)
    expect(second.superuserUrl).toBe(first.superuserUrl)
  })

  it('keeps its passwords where only we can read them', async () => {
    await start()
    expect((await stat(join(directory, 'passwords.json'))).mode & 0o777).toBe(0o600)
    expect((await stat(join(directory, 'data'))).mode & 0o777).toBe(0o700)
  })

  it('comes back after a kill, whatever its lock file says', async () => {
    const first = await start()
    process.kill(first.pid, 'SIGKILL')
    await expect.poll(() => commandLineOf(first.pid)).toBeNull()
    const second = await start()
    expect(await readFile(join(directory, 'server.log'), 'utf8')).toContain('automatic recovery in progress')
    expect(second.databaseUrl).toBe(first.databaseUrl)
  })

  it('comes back after a kill only when the last process of the killed server is gone, which might still write', async () => {
    const first = await start()
    const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=', '--ppid', String(first.pid)])
    const [child] = stdout.trim().split(/\s+/).map(Number) as [number]
    process.kill(child, 'SIGSTOP')
    process.kill(first.pid, 'SIGKILL')
    await expect.poll(() => commandLineOf(first.pid)).toBeNull()
    const log = join(directory, 'server.log')
    const starting = start()
    await expect.poll(() => readFile(log, 'utf8'), { timeout: 20_000 }).toContain('is still in use')
    process.kill(child, 'SIGCONT')
    await expect(answers((await starting).port)).resolves.toBe(true)
  })

  it('says with its own log why it did not start', async () => {
    const first = await start()
    await first.stop()
    await rm(join(directory, 'data/global/pg_control'))
    await expect(start()).rejects.toThrow(/did not start.*\n.*could not find the database system/)
  })

  it('gives up when told to, leaving nothing half-made', async () => {
    await expect(start(AbortSignal.timeout(200))).rejects.toThrow()
    await expect(answers((await start()).port)).resolves.toBe(true)
  })

  if (process.getuid?.() === 0) {
    it('under root, keeps its data elsewhere when the folder is closed to others', async () => {
      await chmod(directory, 0o700)
      const { dataDirectory, port } = await start()
      expect(dataDirectory).toBe(join(placeElsewhere(directory), 'data'))
      expect(lines.join()).toContain(`${directory} is closed to the user`)
      await expect(answers(port)).resolves.toBe(true)
    })

    it('runs as a normal user too', async () => {
      const nobody = { uid: 65_534, gid: 65_534 }
      await chown(directory, nobody.uid, nobody.gid)
      const built = pathToFileURL(join(PROJECT_ROOT, 'infra/local/dist/postgres/start-postgres.js')).href
      const script = `
        const { startPostgres } = await import(${JSON.stringify(built)})
        const postgres = await startPostgres({ directory: ${JSON.stringify(directory)}, onLine: () => undefined })
        await postgres.stop()
        console.log('started and stopped by user', process.getuid())`
      const { output } = await runCommand(process.execPath, ['--input-type=module', '-e', script], { timeoutMs: 60_000, runAs: nobody, directory: '/' })
      expect(output).toBe('started and stopped by user 65534')
    })
  }
})

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
