import { randomUUID } from 'node:crypto'
import '@rollcall/event-log/testing/provided-context'
import { openEventLog } from '@rollcall/event-log/open-event-log'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { createInstallation, type IngestProcess, startIngest } from './testing/ingest-process.ts'
import { deliver, findingsIn, killInTheMiddle } from './testing/kill-in-the-middle.ts'
import { readWholeLog } from './testing/read-whole-log.ts'

const brokers = inject('kafkaBrokers')

// Without Kafka this shows as skipped; where CI is set, the set-up itself fails instead.
describe.skipIf(brokers === '')('ingest on Kafka', () => {
  let account: string
  let installation: Awaited<ReturnType<typeof createInstallation>>
  let running: IngestProcess[]

  const start = async (): Promise<IngestProcess> => {
    const ingest = await startIngest(account, installation.directory, { KAFKA_BROKERS: brokers })
    running.push(ingest)
    return ingest
  }
  const observations = async () => {
    const log = await openEventLog({ kafkaBrokers: brokers.split(','), clientId: 'ingest-test' })
    try {
      return await readWholeLog(log, account)
    } finally {
      await log.close()
    }
  }

  beforeEach(async () => {
    account = `acme-${randomUUID().slice(0, 8)}`
    installation = await createInstallation(account)
    running = []
  })
  afterEach(async () => {
    for (const { child } of running) child.kill('SIGKILL')
    await Promise.all(running.map(({ ended }) => ended))
    await installation.remove()
  })

  it('answers when Kafka has acknowledged, and leaves nothing behind on SIGTERM', async () => {
    const ingest = await start()
    for (let count = 0; count < 10; count++) expect((await deliver(ingest, `call-${count}`)).headers.get('x-durability')).toBe('log')
    expect((await ingest.status()).log).toContain('kafka')
    ingest.child.kill('SIGTERM')
    expect((await ingest.ended).code).toBe(0)
    expect((await observations()).map(({ callSid }) => callSid).sort()).toEqual(Array.from({ length: 10 }, (_, index) => `call-${index}`))
  })

  it('loses no acknowledged webhook when it is killed in the middle of 2,000', async () => {
    const acknowledged = await killInTheMiddle(start)
    expect(findingsIn(await observations(), acknowledged)).toEqual({ missing: [], doubled: [], altered: [] })
    expect(acknowledged.size).toBeGreaterThan(1_500)
  })
})
