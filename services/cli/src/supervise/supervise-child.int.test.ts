import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { commandLineOf } from '@rollcall/local/process/command-line-of'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ChildEvent } from './child-event.ts'
import { type Child, superviseChild } from './supervise-child.ts'

const NEVER = new AbortController().signal

describe('a supervised child', () => {
  let directory: string
  let child: Child | null = null
  let events: ChildEvent[]

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'rollcall-supervise-'))
    events = []
  })
  afterEach(async () => {
    await child?.stop(AbortSignal.abort())
    rmSync(directory, { recursive: true, force: true })
  })

  /** A child that runs `script`; it is ready when it has made the file `ready`. */
  const supervise = (script: string, onMessage: (message: unknown) => void = () => {}, logFile = join(directory, 'child.log')): Child => {
    child = superviseChild({
      name: 'child',
      command: (start) => ({ file: process.execPath, args: ['-e', script, String(start)] }),
      env: { PATH: process.env.PATH, READY: join(directory, 'ready') },
      logFile,
      untilReady: async (signal) => {
        while (!existsSync(join(directory, 'ready'))) await sleep(10, undefined, { signal })
      },
      onEvent: (event) => events.push(event),
      onMessage,
      clock: Date.now,
    })
    return child
  }
  const until = async (done: () => boolean) => {
    while (!done()) await sleep(10)
  }
  const STAY = `require('fs').writeFileSync(process.env.READY, ''); setInterval(() => {}, 1000); process.on('disconnect', () => process.exit(0));`

  it('is ready when it says so, and gone when it is stopped', async () => {
    const { ready, pid, stop } = supervise(`process.on('SIGTERM', () => { console.log('drained'); process.exit(0) }); ${STAY}`)
    await ready
    const running = pid() ?? 0
    await stop(NEVER)
    expect(await commandLineOf(running)).toBeNull()
    expect(readFileSync(join(directory, 'child.log'), 'utf8')).toBe('drained\n')
    expect(events).toEqual([])
  })

  it('is started again when it dies, and said to be back', async () => {
    const { ready, pid } = supervise(`console.log('start ' + process.argv[1]); ${STAY}`)
    await ready
    process.kill(pid() ?? 0, 'SIGKILL')
    await until(() => events.length === 2)
    expect(events).toEqual([
      { kind: 'ended', name: 'child', how: 'SIGKILL', said: 'start 0', restartMs: 250 },
      { kind: 'back', name: 'child' },
    ])
    await until(() => readFileSync(join(directory, 'child.log'), 'utf8') === 'start 0\nstart 1\n')
  })

  it('is started again where its log was cleared away, folder and all', async () => {
    const { ready, pid } = supervise(STAY, undefined, join(directory, 'logs', 'child.log'))
    await ready
    rmSync(join(directory, 'logs'), { recursive: true })
    process.kill(pid() ?? 0, 'SIGKILL')
    await until(() => events.length === 2)
    expect(events).toMatchObject([{ kind: 'ended', said: '(no log)' }, { kind: 'back' }])
  })

  it('is tried again, and breaks nothing, where its log cannot be written', async () => {
    writeFileSync(join(directory, 'no-folder'), '')
    supervise(STAY, undefined, join(directory, 'no-folder', 'child.log'))
    await until(() => events.length === 1)
    expect(events).toMatchObject([{ kind: 'ended', how: expect.stringMatching(/EEXIST|ENOTDIR/) }])
  })

  it('is given up with its own words when it ends with 2', async () => {
    const { ready } = supervise(`console.error('DATABASE_URL is not set'); process.exit(2)`)
    await expect(ready).rejects.toThrow('child does not stay up (exit code 2)')
    expect(events).toEqual([{ kind: 'given-up', name: 'child', how: 'exit code 2', why: 'it says that somebody must act', said: 'DATABASE_URL is not set', exitCode: 2 }])
  })

  it('is killed when it does not listen and we are forced to stop', async () => {
    const { ready, pid, stop } = supervise(`process.on('SIGTERM', () => {}); ${STAY}`)
    await ready
    const running = pid() ?? 0
    const force = new AbortController()
    const stopped = stop(force.signal)
    await sleep(100)
    expect(await commandLineOf(running)).not.toBeNull()
    force.abort()
    await stopped
    expect(await commandLineOf(running)).toBeNull()
  })

  it('is stopped also while it waits to be started again', async () => {
    const { stop } = supervise('process.exit(1)')
    await until(() => events.length > 0)
    await stop(NEVER)
    expect(events.every(({ kind }) => kind === 'ended')).toBe(true)
  })

  it('hears and is heard', async () => {
    const heard: unknown[] = []
    const { ready, send } = supervise(`process.on('message', (m) => process.send({ echo: m })); ${STAY}`, (message) => heard.push(message))
    await ready
    send({ hello: 1 })
    await until(() => heard.length > 0)
    expect(heard).toEqual([{ echo: { hello: 1 } }])
  })

  it('ends by itself when its parent is killed', async () => {
    const script = `
      const { spawn } = require('child_process')
      const child = spawn(process.execPath, ['-e', ${JSON.stringify(STAY)}], { env: process.env, detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
      console.log(child.pid)
      setInterval(() => {}, 1000)`
    const parent: ChildProcess = spawn(process.execPath, ['-e', script], { env: { ...process.env, READY: join(directory, 'ready') }, stdio: ['ignore', 'pipe', 'inherit'] })
    const grandchild = Number(await new Promise((resolve) => parent.stdout?.once('data', resolve)))
    await until(() => existsSync(join(directory, 'ready')))
    parent.kill('SIGKILL')
    while ((await commandLineOf(grandchild)) !== null) await sleep(20)
  })
})
