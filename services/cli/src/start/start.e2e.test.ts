/** What a stranger sees: one command brings everything up without Kafka, loses webhooks on purpose, and ends with balanced books and nothing left running. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { PROJECT_ROOT } from '@rollcall/local/project-root'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const MAIN = join(PROJECT_ROOT, 'services/cli/dist/main.js')

interface Running {
  readonly child: ChildProcess
  readonly output: () => string
  readonly ended: Promise<number | null>
}

describe('rollcall start', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollcall-start-'))
  })
  afterAll(() => rm(directory, { recursive: true, force: true }))

  const rollcall = (...args: string[]): Running => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ROLLCALL_DATA_DIR: directory },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
    return { child, output: () => output, ended: new Promise((resolve) => child.once('close', resolve)) }
  }
  const until = async (done: () => boolean, running: Running) => {
    while (!done()) {
      if (running.child.exitCode !== null) throw new Error(`ended too early:\n${running.output()}`)
      await sleep(50)
    }
  }
  /** Command lines of everything that runs and names the data folder, be it in its environment alone. */
  const leftRunning = async (): Promise<readonly string[]> => {
    const listed = existsSync('/proc/self/environ') ? await fromProc() : (await promisify(execFile)('ps', ['-eo', 'args=', 'e'])).stdout.split('\n')
    return listed.filter((line) => line.includes(directory))
  }
  const fromProc = async (): Promise<readonly string[]> => {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
    const texts = pids.map((pid) => Promise.all(['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => ''))))
    return (await Promise.all(texts)).map((both) => both.join(' ').replaceAll('\0', ' '))
  }

  it('finds every call whose webhook was lost, and stops everything it started', async () => {
    const run = rollcall('start', '--event-log', 'embedded', '--for', '10', '--calls-per-second', '3', '--drop-rate', '0.4', '--seed', '7')
    expect({ exitCode: await run.ended, output: run.output() }).toMatchObject({ exitCode: 0 })
    expect(run.output()).toContain('No account is configured, so Exotel is simulated')
    expect(run.output()).toMatch(/Balance: 30 calls made, [1-9]\d* webhooks lost on purpose; of ([1-9]\d*) calls that lost one, \1 found again, 0 still missing\./)
    expect(run.output()).toContain('are equal: yes.')
    expect(run.output().trimEnd().split('\n').at(-1)).toMatch(/In all: running for .*; ([1-9]\d*) of \1 lost calls found again, 0 still missing/)
    expect(await leftRunning()).toEqual([])
  })

  it('keeps its data, is found by status and doctor while it runs, and takes its children along when it is killed', async () => {
    const run = rollcall('start')
    await until(() => run.output().includes('Ready in'), run)
    const status = rollcall('status', '--json')
    expect(await status.ended).toBe(0)
    const { accounts } = JSON.parse(status.output()) as { accounts: { account: string; calls: number }[] }
    expect(accounts.map(({ account }) => account)).toEqual(['demo'])
    expect(accounts[0]?.calls).toBeGreaterThanOrEqual(30)
    const doctor = rollcall('doctor', '--json')
    expect({ exitCode: await doctor.ended, output: doctor.output() }).toMatchObject({ exitCode: 0 })
    const reconciled = rollcall('reconcile', '--account', 'nobody', '--from', '2026-01-01', '--to', '2026-01-02')
    expect(await reconciled.ended).toBe(2)
    expect(reconciled.output()).toContain('--account is nobody')
    const rebuilt = rollcall('rebuild', '--verify')
    expect({ exitCode: await rebuilt.ended, output: rebuilt.output() }).toMatchObject({ exitCode: 0, output: expect.stringContaining('the records are the same') })

    run.child.kill('SIGKILL')
    await run.ended
    const services = async () => (await leftRunning()).filter((line) => !line.includes('bin/postgres'))
    while ((await services()).length > 0) await sleep(50)
  })

  it('goes on after it was killed, and ends with 0 on Ctrl-C', async () => {
    const run = rollcall('start')
    await until(() => run.output().includes('Ready in'), run)
    expect(run.output()).toContain('left behind by an earlier start that was killed')
    expect(existsSync(join(directory, 'stack.json'))).toBe(true)
    run.child.kill('SIGINT')
    expect({ exitCode: await run.ended, output: run.output() }).toMatchObject({ exitCode: 0 })
    expect(existsSync(join(directory, 'stack.json'))).toBe(false)
    expect(await leftRunning()).toEqual([])
  })
})
