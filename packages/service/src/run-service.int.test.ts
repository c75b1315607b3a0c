import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'

/* The service runs from dist, as it does in life: build first (`pnpm build`). */
const SERVICE = fileURLToPath(new URL('../dist/testing/small-service.js', import.meta.url))
const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

const start = (behaviour = '', ipc = false) => {
  const child = spawn(process.execPath, [SERVICE, behaviour], { stdio: ipc ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  const output = { out: '', err: '' }
  child.stdout?.on('data', (text) => {
    output.out += text
  })
  child.stderr?.on('data', (text) => {
    output.err += text
  })
  const ended = once(child, 'exit').then(([code]) => ({ code, ...output }))
  const said = async (text: string): Promise<void> => {
    while (!output.out.includes(text)) await once(child.stdout as NodeJS.ReadableStream, 'data')
  }
  return { child, ended, said }
}

describe('a service', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('drains on the first %s, last opened first, and exits 0', async (signal) => {
    const { child, ended, said } = start()
    await said('service.started')
    child.kill(signal)
    const { code, out } = await ended
    expect(code).toBe(0)
    expect(out).toMatch(/service.draining[\s\S]*stopped second[\s\S]*stopped first[\s\S]*service.stopped/)
  })

  it('takes two signals that come together as one', async () => {
    const { child, ended, said } = start()
    await said('service.started')
    child.kill('SIGINT')
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
  })

  it('leaves at once on a second signal, with 1', async () => {
    const { child, ended, said } = start('hang')
    await said('service.started')
    child.kill('SIGTERM')
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    child.kill('SIGTERM')
    expect((await ended).code).toBe(1)
  })

  it('leaves when its parent is gone', async () => {
    const { child, ended, said } = start('', true)
    await said('service.started')
    child.disconnect()
    expect((await ended).code).toBe(0)
  })

  it('ends with the exit code of its one job, stopped like any other', async () => {
    const { code, out } = await start('finish').ended
    expect(code).toBe(3)
    expect(out).toContain('stopped first')
  })

  it('keeps its exit code when the last spans find no collector', async () => {
    expect(await start('no-collector').ended).toMatchObject({ code: 3, err: '' })
  })

  it('prints one readable message and exits 2 when an operator must act', async () => {
    const { code, out, err } = await start('operator').ended
    expect([code, err]).toEqual([2, 'SMALL is 1; needed is 2. Set SMALL.\n'])
    expect(out).toContain('stopped first')
  })

  it.each([
    ['throw', 'no luck'],
    ['background', 'loop broke'],
    ['uncaught', 'uncaught'],
    ['fail', 'said so'],
  ])('logs the failure, stops what it opened, and exits 1: %s', async (behaviour, message) => {
    const { code, out } = await start(behaviour).ended
    expect(code).toBe(1)
    expect(out).toContain(message)
    expect(out).toContain('stopped first')
  })
})
