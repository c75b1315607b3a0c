import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeFiles } from '@rollcall/segment-log/node-files'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openLogMemory, SpoolOfAnotherLogError } from './log-memory.ts'

const FIRST = { clusterId: 'first', topicId: 'topic-1' }
let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-memory-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))
const file = () => readFile(join(directory, 'log.json'), 'utf8')
const full = () => Object.assign(new Error('no space'), { code: 'ENOSPC' })

describe('what a spool knows of its log', () => {
  it('is nothing at first, so no log is refused; and to ask writes nothing', async () => {
    await openLogMemory(directory).refuseOther(FIRST)
    expect(await readdir(directory)).toEqual([])
  })

  it('is the first that it is forwarded to, also after a restart, and also where two batches come at once', async () => {
    const memory = openLogMemory(directory)
    await Promise.all([memory.keep(FIRST), memory.keep(FIRST)])
    expect(await readdir(directory)).toEqual(['log.json'])
    await openLogMemory(directory).keep(FIRST)
    await openLogMemory(directory).refuseOther({ clusterId: 'first' })
  })

  it.each([
    ['another cluster', { clusterId: 'second', topicId: 'topic-1' }, 'log first with the topic topic-1, but the configured log is second with the topic topic-1'],
    ['another cluster of which no topic is known yet', { clusterId: 'second' }, 'but the configured log is second.'],
    ['a topic made anew', { clusterId: 'first', topicId: 'topic-2' }, 'but the configured log is first with the topic topic-2'],
  ])('refuses %s by name, and stays as it is', async (_what, log, told) => {
    await openLogMemory(directory).keep(FIRST)
    const before = await file()
    await expect(openLogMemory(directory).refuseOther(log)).rejects.toThrow(SpoolOfAnotherLogError)
    await expect(openLogMemory(directory).keep({ topicId: null, ...log })).rejects.toThrow(SpoolOfAnotherLogError)
    await expect(openLogMemory(directory).refuseOther(log)).rejects.toThrow(told)
    expect(await file()).toBe(before)
  })

  it('does not hold up forwarding where the disk is full, and is kept by the next batch', async () => {
    let isFull = true
    const memory = openLogMemory(directory, { ...nodeFiles, open: (path, mode) => (isFull && mode === 'create' ? Promise.reject(full()) : nodeFiles.open(path, mode)) })
    await memory.keep(FIRST)
    expect(await readdir(directory)).toEqual([])
    isFull = false
    await memory.keep(FIRST)
    await expect(openLogMemory(directory).refuseOther({ clusterId: 'second' })).rejects.toThrow(SpoolOfAnotherLogError)
  })

  it('that cannot be read is told of by the name of its file, and nothing is forwarded', async () => {
    await writeFile(join(directory, 'log.json'), '{"version":2}')
    await expect(openLogMemory(directory).keep(FIRST)).rejects.toThrow(/log\.json does not say which log/)
    expect(await file()).toBe('{"version":2}')
  })
})
