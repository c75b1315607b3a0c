/** Node as the services run it, and Java as the brokers do, on a host whose clock and disk are made bad. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildHostFaults, type FaultyHost, faultyHost } from './host-faults.ts'

const HOUR_MS = 3_600_000
/** Says its clocks, and how a write and a sync of a file go, once for each line that it is told. */
const VICTIM = `
const fs = require('node:fs')
const fd = fs.openSync(process.argv[1], 'w')
const how = (what) => { try { what(); return 'well' } catch (error) { return error.code } }
require('node:readline').createInterface(process.stdin).on('line', () => {
  const began = performance.now()
  const write = how(() => fs.writeSync(fd, 'some text'))
  const sync = how(() => fs.fdatasyncSync(fd))
  console.log(JSON.stringify({ now: Date.now(), monotonic: Number(process.hrtime.bigint() / 1000000n), write, sync, tookMs: performance.now() - began }))
})`

const directory = await mkdtemp(join(tmpdir(), 'rollcall-host-faults-'))
const library = await buildHostFaults(directory)

describe.skipIf(library === null && !process.env.CI)('a process on a host that is made bad', () => {
  let host: FaultyHost
  let ask: () => Promise<{ now: number; monotonic: number; write: string; sync: string; tookMs: number }>
  let end: () => Promise<unknown>
  beforeAll(async () => {
    host = await faultyHost(library, join(directory, 'faults'))
    const child = spawn(process.execPath, ['-e', VICTIM, join(directory, 'written')], { env: host.env, stdio: ['pipe', 'pipe', 'inherit'] })
    const lines = createInterface(child.stdout)
    ask = async () => {
      const answered = once(lines, 'line')
      child.stdin.write('\n')
      return JSON.parse(((await answered) as [string])[0])
    }
    end = () => {
      child.stdin.end()
      return once(child, 'exit')
    }
  })
  afterAll(async () => {
    await end()
    await rm(directory, { recursive: true })
  })

  it.each([2, -2])('has its wall clock %i hours off and back, and its monotonic one not', async (hours) => {
    const before = await ask()
    await host.set({ clock: { aheadMs: hours * HOUR_MS, driftPpm: 0, sinceMs: 0 } })
    const stepped = await ask()
    const passed = stepped.monotonic - before.monotonic
    expect(Math.abs(stepped.now - before.now - passed - hours * HOUR_MS)).toBeLessThan(1_000)
    expect(passed).toBeLessThan(HOUR_MS)
    await host.heal()
    expect(Math.abs((await ask()).now - Date.now())).toBeLessThan(10_000)
  })

  it.each([2, -2])('has its wall clock %i hours off in Java too', async (hours) => {
    await host.set({ clock: { aheadMs: hours * HOUR_MS, driftPpm: 0, sinceMs: 0 } })
    // The machine's own log has the time of each line: no class of ours is needed, and so no compiler.
    const { stdout } = await promisify(execFile)('java', ['-Xlog:gc*=info:stdout:utctime', '-version'], { env: host.env })
    const told = /^\[([^\]]+)\]/.exec(stdout)?.[1] ?? ''
    expect(Math.abs(Date.parse(told) - Date.now() - hours * HOUR_MS)).toBeLessThan(60_000)
    await host.heal()
  })

  it('has a clock that runs away by a tenth', async () => {
    const sinceMs = Date.now() - 10 * HOUR_MS
    await host.set({ clock: { aheadMs: 0, driftPpm: 100_000, sinceMs } })
    expect(Math.abs((await ask()).now - Date.now() - HOUR_MS)).toBeLessThan(10_000)
    await host.heal()
  })

  it('has writes and syncs fail, each as it is told, and go well again after', async () => {
    expect(await ask()).toMatchObject({ write: 'well', sync: 'well' })
    await host.set({ write: { error: 'ENOSPC' } })
    expect(await ask()).toMatchObject({ write: 'ENOSPC', sync: 'well' })
    await host.set({ write: undefined, sync: { error: 'EIO' } })
    expect(await ask()).toMatchObject({ write: 'well', sync: 'EIO' })
    await host.heal()
    expect(await ask()).toMatchObject({ write: 'well', sync: 'well' })
  })

  it('has writes and syncs that take as long as they are told', async () => {
    await host.set({ write: { slowMs: 200 }, sync: { slowMs: 300 } })
    expect((await ask()).tookMs).toBeGreaterThanOrEqual(500)
    await host.heal()
  })
})
