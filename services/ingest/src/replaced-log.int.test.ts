/** Another embedded log at the address of the one that webhooks are forwarded to. Kafka's part: test/failover/replaced-log.int.test.ts. */
import { serveEmbeddedLog } from '@rollcall/event-log/embedded/serve-embedded-log'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { spawnIngest } from './testing/ingest-process.ts'
import { deliver, drained } from './testing/kill-in-the-middle.ts'
import { createStage, type Stage } from './testing/stage.ts'
import { until } from './testing/until.ts'

describe('ingest, when another embedded log is served at the address of its own,', () => {
  let stage: Stage
  let other: Stage
  beforeEach(async () => {
    stage = await createStage()
    other = await createStage(stage.account)
  })
  afterEach(async () => {
    await stage.close()
    await other.close()
  })
  const port = () => Number(new URL(stage.logUrl()).port)

  it('keeps what comes until its own is back, and refuses the other at its start', async () => {
    const ingest = await stage.start()
    expect((await deliver(ingest, 'call-1')).headers.get('x-durability')).toBe('log')
    await stage.logGoesAway()
    const theirs = await serveEmbeddedLog({ log: other.log, host: '127.0.0.1', port: port() })
    expect((await deliver(ingest, 'call-2')).headers.get('x-durability')).toBe('spool')
    await until('it says so', async () => /another log answers/.test((await ingest.status()).problem ?? ''))
    const { code, err } = await spawnIngest(stage.directory, { EMBEDDED_LOG_URL: stage.logUrl(), INGEST_SPOOL_DIR: `${stage.directory}/spool` }).ended
    expect([code, err]).toEqual([2, expect.stringContaining(`but the configured log is ${await other.log.clusterId()}.`)])
    expect(await other.observations()).toEqual([])
    await theirs.close()
    await stage.logComesBack()
    await drained(ingest)
    expect((await stage.observations()).map(({ callSid }) => callSid).sort()).toEqual(['call-1', 'call-2'])
  })
})
