/** Faults on real processes that do nothing: each is seen to have come about, or says why it did not. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startFaultProxy } from '../../fault-proxy/start-fault-proxy.ts'
import { buildHostFaults, faultyHost } from '../world/host-faults.ts'
import { smallMemory } from '../world/small-memory.ts'
import { spoolDisk } from '../world/spool-disk.ts'
import type { ChaosWorld } from '../world/start-chaos-world.ts'
import type { SupervisedService } from '../world/supervised-service.ts'
import { injectFault } from './inject-fault.ts'
import { NotMadeError } from './not-made-error.ts'

const DRAW = 0
const SLEEP_FOR_EVER = 'setInterval(() => {}, 1_000)'
/** Needs memory all the time. */
const GROW = 'const all = []; setInterval(() => all.push(Buffer.alloc(1_000_000, 1)), 50)'

describe('a fault that is made', () => {
  let child: ChildProcess | null
  let directory: string
  const ended = new Map<string, number>()
  const start = async (does: string, env: Readonly<Record<string, string>> = {}): Promise<void> => {
    const started = spawn(process.execPath, ['-e', `console.log('on'); ${does}`], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } })
    child = started
    started.once('exit', (_code, signal) => {
      ended.set(signal ?? '', (ended.get(signal ?? '') ?? 0) + 1)
      if (child === started) child = null
    })
    await once(started.stdout, 'data')
  }
  const service = {
    name: 'ingest-a',
    pid: () => child?.pid ?? null,
    ended,
    signal: (signal: NodeJS.Signals) => void child?.kill(signal),
    hold: () => {},
    release: () => {},
    ready: async () => {
      throw new Error('it never is')
    },
  } as Partial<SupervisedService> as SupervisedService
  const worldOf = (world: Partial<ChaosWorld> = {}) =>
    ({ ingests: [service], third: service, cannot: { fillDisks: null, makeHostsBad: null, limitMemory: null }, ...world }) as Partial<ChaosWorld> as ChaosWorld
  const state = async () => (await readFile(`/proc/${child?.pid}/stat`, 'utf8')).split(') ')[1]?.[0]
  const notMade = (why: string) => expect.objectContaining({ constructor: NotMadeError, message: why })

  beforeEach(async () => {
    ended.clear()
    directory = await mkdtemp(join(tmpdir(), 'rollcall-inject-'))
  })
  afterEach(async () => {
    const left = child
    if (left?.kill('SIGKILL')) await once(left, 'exit')
    await rm(directory, { recursive: true })
  })

  it('has stopped the process that it pauses, and lets it go on', async () => {
    await start(SLEEP_FOR_EVER)
    const heal = await injectFault(worldOf(), 'pause-ingest', DRAW)
    expect(await state()).toBe('T')
    await heal()
    await expect.poll(state).not.toBe('T')
  })

  it('has ended the process that it kills', async () => {
    await start(SLEEP_FOR_EVER)
    await injectFault(worldOf(), 'kill-ingest', DRAW)
    expect([...ended]).toEqual([['SIGKILL', 1]])
  })

  it('has taken the descriptors, and gives them back', async () => {
    await start(SLEEP_FOR_EVER)
    const limit = async () => Number(/^Max open files\s+(\d+)/m.exec(await readFile(`/proc/${child?.pid}/limits`, 'utf8'))?.[1])
    const heal = await injectFault(worldOf(), 'descriptors', DRAW)
    expect(await limit()).toBeLessThan(100)
    await heal()
    expect(await limit()).toBe(20_000)
  })

  it.each(['pause-ingest', 'kill-ingest', 'stop-ingest', 'torn-spool', 'descriptors'] as const)('says so where there is no process: %s', async (name) => {
    await expect(injectFault(worldOf({ disks: [spoolDisk(directory)] }), name, DRAW)).rejects.toThrow(notMade('ingest-a was not running'))
  })

  it('says so where the machine does not let it be made', async () => {
    const cannot = { fillDisks: 'no disk can be mounted here', makeHostsBad: null, limitMemory: null }
    await expect(injectFault(worldOf({ cannot }), 'full-disk', DRAW)).rejects.toThrow(notMade('no disk can be mounted here'))
  })

  it('says so where there was nothing to tear, after it has healed the kill', async () => {
    await start(SLEEP_FOR_EVER)
    const released: string[] = []
    const ingests = [{ ...service, release: () => void released.push('ingest-a') }]
    await expect(injectFault(worldOf({ ingests, disks: [spoolDisk(directory)] }), 'torn-spool', DRAW)).rejects.toThrow('no segment that could be torn')
    expect(released).toEqual(['ingest-a'])
  })

  it('is a clock that a process on the host has, and says so where none is', async () => {
    const library = await buildHostFaults(directory)
    const host = await faultyHost(library, join(directory, 'faults'))
    const hosts = { ingests: [host], projectors: [], brokers: [] }
    const world = worldOf({ hosts, projectors: [], kafka: { nodes: [] } as unknown as ChaosWorld['kafka'] })
    await start(SLEEP_FOR_EVER)
    await expect((await injectFault(world, 'clock-ahead-ingest', DRAW))()).rejects.toThrow(notMade('ingest-a was not running, or not on that host'))
    await expect((await injectFault(world, 'slow-sync', DRAW))()).rejects.toThrow(NotMadeError)
    service.signal('SIGKILL')
    await start(SLEEP_FOR_EVER, host.env)
    await (await injectFault(world, 'clock-ahead-ingest', DRAW))()
    await (await injectFault(world, 'slow-sync', DRAW))()
  })

  it('is a disk that is well again before its broker is started again', async () => {
    const file = join(directory, 'faults')
    const host = await faultyHost(await buildHostFaults(directory), file)
    await start(SLEEP_FOR_EVER, host.env)
    const written: boolean[] = []
    const isBad = async () => (await readFile(file)).some((byte) => byte !== 0)
    const node = {
      get pid() {
        return child?.pid ?? null
      },
      kill: service.signal,
      start: async () => void written.push(await isBad()),
    }
    const world = worldOf({ hosts: { ingests: [], projectors: [], brokers: [host] }, kafka: { nodes: [node] } as unknown as ChaosWorld['kafka'] })
    const heal = await injectFault(world, 'failing-broker-disk', DRAW)
    expect(await isBad()).toBe(true)
    await heal()
    expect(written).toEqual([false])
    expect([...ended]).toEqual([['SIGKILL', 1]])
  })

  it('is felt by who is connected by the link, or comes, and says so where nobody is', async () => {
    const proxy = await startFaultProxy({ target: () => 9 })
    try {
      const links = { webhooks: [proxy], kafka: [], replication: [], controllers: [], database: [], streaming: [] }
      await expect((await injectFault(worldOf({ links }), 'webhooks:refuse', DRAW))()).rejects.toThrow(notMade('nobody was connected by the link'))
      const heal = await injectFault(worldOf({ links }), 'webhooks:refuse', DRAW)
      const refused = connect(proxy.port, '127.0.0.1').on('error', () => {})
      await new Promise((resolve) => refused.on('close', resolve))
      await heal()
    } finally {
      await proxy.close()
    }
  })

  it('is a kill by the kernel for want of memory, and says so where none was wanted', async () => {
    const memory = await smallMemory(directory)
    if (memory === null) return expect(process.getuid?.()).not.toBe(0)
    try {
      await expect(injectFault(worldOf({ memory }), 'oom-ingest', DRAW)).rejects.toThrow(notMade('ingest-a was not running'))
      await start(GROW)
      const heal = await injectFault(worldOf({ memory }), 'oom-ingest', DRAW)
      await expect.poll(() => ended.get('SIGKILL')).toBe(1)
      await heal()
      await start("process.kill(process.pid, 'SIGSTOP')")
      await expect((await injectFault(worldOf({ memory }), 'oom-ingest', DRAW))()).rejects.toThrow(notMade('ingest-a needed no more memory'))
    } finally {
      await memory.remove()
    }
  })

  it('is a visitor that got ready, and says so where it did not', async () => {
    await start(SLEEP_FOR_EVER)
    await expect((await injectFault(worldOf(), 'join-projector', DRAW))()).rejects.toThrow(notMade('ingest-a was not ready within 10 s'))
    await expect.poll(() => ended.get('SIGKILL')).toBe(1)
  })
})
