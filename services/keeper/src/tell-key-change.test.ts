import { fromAuditLogRecord } from '@rollcall/contracts/audit-log-record'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import { type LogRecord, LogUnavailableError } from '@rollcall/event-log/event-log'
import { createLogger } from '@rollcall/telemetry/create-logger'
import { describe, expect, it } from 'vitest'
import { createKeyTeller } from './tell-key-change.ts'

const ORIGIN = 'rollcall.test/audit'
const [old, next] = [
  { name: ORIGIN, id: '0123abcd' },
  { name: ORIGIN, id: 'ffff0000' },
]
const last = { origin: ORIGIN, size: 7, root: Buffer.alloc(32), note: '' }

const teller = (change: { before: (typeof old)[]; after: (typeof old)[] } | null, options: { isAway?: () => boolean; signed?: typeof last | null } = {}) => {
  const appended: (LogRecord & { topic: string })[] = []
  const lines: Record<string, unknown>[] = []
  const tell = createKeyTeller({
    signer: { last: () => (options.signed === undefined ? last : options.signed), keyChange: () => change },
    log: {
      append: async (topic, records) => {
        if (options.isAway?.() === true) throw new LogUnavailableError('away')
        appended.push(...records.map((record) => ({ topic, ...record })))
      },
    },
    clock: () => Date.UTC(2026, 0, 15),
    logger: createLogger({ service: 'keeper', level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } }),
  })
  return { tell, appended, lines }
}

describe('other keys', () => {
  it('are told in the audit topic, once, by name and id, before they sign', async () => {
    const { tell, appended, lines } = teller({ before: [old], after: [old, next] })
    await tell()
    await tell()
    const [record] = appended
    expect(appended).toHaveLength(1)
    expect(record).toMatchObject({ topic: AUDIT_TOPIC, headers: { ce_type: 'com.rollcall.audit.keys-changed', ce_source: '/rollcall/keeper', ce_subject: ORIGIN } })
    expect(record === undefined ? null : fromAuditLogRecord(record)).toMatchObject({
      account: '',
      entry: { type: 'keys-changed', origin: ORIGIN, leaves: 7, before: [old], after: [old, next] },
    })
    expect(lines).toMatchObject([{ level: 'info', event: 'checkpoint.keys-changed', before: [old], after: [old, next] }])
  })

  it.each([
    ['the same sign', null, last],
    ['nothing is signed yet', { before: [old], after: [next] }, null],
  ])('are not told of while %s', async (_, change, signed) => {
    const { tell, appended, lines } = teller(change, { signed })
    await tell()
    expect([appended, lines]).toEqual([[], []])
  })

  it('are told under the same id by a keeper that was killed before it signed', async () => {
    const change = { before: [old], after: [old, next] }
    const ids = new Set<string | undefined>()
    for (let life = 0; life < 2; life += 1) {
      const { tell, appended } = teller(change)
      await tell()
      ids.add(appended[0]?.headers.ce_id)
    }
    const { tell, appended } = teller({ before: [old, next], after: [next] })
    await tell()
    ids.add(appended[0]?.headers.ce_id)
    expect(ids.size).toBe(2)
  })

  it('are told as soon as the log takes it', async () => {
    let isAway = true
    const { tell, appended, lines } = teller({ before: [old], after: [next] }, { isAway: () => isAway })
    await expect(tell()).rejects.toThrow(LogUnavailableError)
    expect(lines).toEqual([])
    isAway = false
    await tell()
    expect(appended).toHaveLength(1)
  })

  it('are warned of where none of those before is among them', async () => {
    const { tell, lines } = teller({ before: [old], after: [next] })
    await tell()
    expect(lines).toMatchObject([{ level: 'warn', event: 'checkpoint.keys-changed' }])
  })
})
