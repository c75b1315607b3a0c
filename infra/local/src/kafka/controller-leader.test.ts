import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { controllerLeader } from './controller-leader.ts'

describe('the node that leads the controllers', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollcall-quorum-'))
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  const node = async (id: number, state: string | null) => {
    const dataDirectory = join(directory, String(id))
    await mkdir(join(dataDirectory, '__cluster_metadata-0'), { recursive: true })
    if (state !== null) await writeFile(join(dataDirectory, '__cluster_metadata-0/quorum-state'), state)
    return { dataDirectory }
  }
  const knows = (leaderId: number, leaderEpoch: number) => JSON.stringify({ leaderId, leaderEpoch, votedId: -1, data_version: 1 })

  it('is whom the voter with the latest epoch names', async () => {
    expect(await controllerLeader([await node(1, knows(1, 4)), await node(2, knows(3, 7)), await node(3, knows(3, 7))])).toBe(3)
  })
  it('is whom a voter names before one who only knows of the same epoch', async () => {
    expect(await controllerLeader([await node(1, knows(-1, 7)), await node(2, knows(2, 7))])).toBe(2)
  })
  it('is nobody while an epoch has no leader yet, and where no voter has written or finished writing', async () => {
    expect(await controllerLeader([await node(1, knows(2, 7)), await node(2, knows(-1, 8))])).toBeNull()
    expect(await controllerLeader([await node(3, null), await node(4, '{"leader')])).toBeNull()
  })
})
