import { describe, expect, it } from 'vitest'
import { DirectoryLockedError, lockDirectory } from './lock-directory.ts'
import type { RunningProcess } from './running-process.ts'
import { memoryFiles } from './testing/memory-files.ts'

const PATH = '/spool/owner.lock'
const self: RunningProcess = { pid: process.pid, boot: 'this boot', started: '500' }
const other: RunningProcess = { pid: 4_242, boot: 'this boot', started: '100' }
const running =
  (...processes: RunningProcess[]) =>
  async (pid: number) =>
    processes.find((each) => each.pid === pid) ?? null
const ownedBy = (owner: object | string) => {
  const files = memoryFiles()
  files.writeFile(PATH, Buffer.from(typeof owner === 'string' ? owner : JSON.stringify(owner)))
  return files
}

describe('the lock of a directory', () => {
  it('is refused while its owner runs, naming both', async () => {
    await expect(lockDirectory(ownedBy(other), '/spool', running(self, other))).rejects.toThrow('/spool belongs to process 4242')
  })

  it('is refused to a second opening by the same process', async () => {
    const files = memoryFiles()
    await lockDirectory(files, '/spool', running(self))
    await expect(lockDirectory(files, '/spool', running(self))).rejects.toThrow(DirectoryLockedError)
  })

  it.each([
    { name: 'whose owner is dead', owner: other, alive: [self] },
    { name: 'from before a reboot', owner: { ...other, boot: 'an earlier boot' }, alive: [self, other] },
    { name: 'whose pid another process has now', owner: { ...other, started: '1' }, alive: [self, other] },
    { name: 'of an earlier process with our own pid, as in a container', owner: { ...self, started: '1' }, alive: [self] },
    { name: 'its owner was killed while writing', owner: '{"pid":42', alive: [self] },
    { name: 'that is empty', owner: '', alive: [self] },
  ])('$name is taken over', async ({ owner, alive }) => {
    const files = ownedBy(owner)
    const lock = await lockDirectory(files, '/spool', running(...alive))
    expect(JSON.parse(files.readFile(PATH).toString())).toEqual(self)
    await lock.release()
    expect(files.paths()).toEqual([])
  })

  it('found stale by several at once goes to one of them', async () => {
    const files = ownedBy(other)
    const attempts = await Promise.allSettled(Array.from({ length: 5 }, () => lockDirectory(files, '/spool', running(self))))
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })
})
