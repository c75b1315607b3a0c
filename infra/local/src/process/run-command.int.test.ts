import { describe, expect, it } from 'vitest'
import { commandLineOf } from './command-line-of.ts'
import { runCommand } from './run-command.ts'

const sh = (script: string, options: { timeoutMs?: number; signal?: AbortSignal; input?: string } = {}) => runCommand('sh', ['-c', script], { timeoutMs: 10_000, ...options })

describe('a short command', () => {
  it('hands back what it printed', async () => expect(await sh('cat; echo said >&2', { input: 'heard ' })).toEqual({ ok: true, output: 'heard said', problem: null }))
  it('that fails says how', async () => expect(await sh('echo why; exit 3')).toEqual({ ok: false, output: 'why', problem: 'exit code 3' }))
  it('that is not on this machine is a result, not an exception', async () => {
    expect(await runCommand('rollcall-no-such-command', [], { timeoutMs: 1_000 })).toMatchObject({ ok: false, problem: 'not found' })
  })
  it('that takes too long is ended with its children', async () => {
    const { problem, output } = await sh('sleep 60 & echo $!; wait', { timeoutMs: 300 })
    expect(problem).toBe('no end within 0.3 s')
    expect(await commandLineOf(Number(output))).toBeNull()
  })
  it('throws when it is aborted', async () => {
    await expect(sh('sleep 60', { signal: AbortSignal.timeout(100) })).rejects.toThrow()
  })
})
