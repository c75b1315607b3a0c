import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OBSERVATIONS_TOPIC } from '@rollcall/contracts/topics'
import { openEmbeddedEventLog } from '@rollcall/event-log/embedded/embedded-event-log'
import type { EventLog } from '@rollcall/event-log/event-log'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countUnprojected } from './count-unprojected.ts'

/** Large enough that they are read in several goes. */
const VALUE_BYTES = 64 * 1_024

describe('observations that are not projected yet', () => {
  let directory: string
  let log: EventLog
  const record = (account: string, nth: number) => ({ key: `${account}|${nth}`, value: new Uint8Array(VALUE_BYTES), headers: { ce_account: account }, timestamp: nth })

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollcall-lag-'))
    log = await openEmbeddedEventLog({ directory })
    await log.ensureTopics([{ name: OBSERVATIONS_TOPIC, partitions: 4, cleanup: 'delete' }])
    const records = Array.from({ length: 90 }, (_, nth) => record(nth % 3 === 0 ? 'acme' : 'beta', nth))
    await log.append(OBSERVATIONS_TOPIC, records, { deadlineMs: 10_000 })
  })
  afterAll(async () => {
    await log?.close()
    await rm(directory, { recursive: true, force: true })
  })

  it('are counted by account, where nothing is projected', async () => {
    expect(await countUnprojected(log, new Map())).toEqual({
      byAccount: new Map([
        ['acme', 30],
        ['beta', 60],
      ]),
      exact: true,
    })
  })

  it('are none where everything is', async () => {
    const ends = new Map([...(await log.bounds(OBSERVATIONS_TOPIC))].map(([partition, { next }]) => [partition, next]))
    expect(await countUnprojected(log, ends)).toEqual({ byAccount: new Map(), exact: true })
    const [partition = 0] = [...ends.keys()]
    const behind = await countUnprojected(log, new Map([...ends, [partition, (ends.get(partition) ?? 0n) - 2n]]))
    expect([...behind.byAccount.values()].reduce((sum, count) => sum + count, 0)).toBe(2)
  })

  it('are said to be at least so many where there are more than are read', async () => expect((await countUnprojected(log, new Map(), 10)).exact).toBe(false))
})
