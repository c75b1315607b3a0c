import { hash } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { EXPORT_CALLS_MAX } from '@rollcall/contracts/audit-api/bounds'
import { EXPORT_FORMATS } from '@rollcall/contracts/audit-api/export'
import { istDayOf, istDayRange } from '@rollcall/domain/ist-day'
import { canonicalTime, HOUR, MINUTE } from '@rollcall/domain/time'
import { WINDOW_MS } from '@rollcall/domain/window/window'
import { readZip } from '@rollcall/evidence/testing/read-zip'
import { verifyPack } from '@rollcall/evidence/verify-pack'
import { saveCertificate } from '@rollcall/store/certificate/save-certificate'
import { packLeaves } from '@rollcall/transparency-log/window/packed-leaves'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { EXPORTS_AT_ONCE } from './answers/exports.ts'
import { createInstallation, type Installation } from './testing/installation.ts'
import { seedAccount, seedCall } from './testing/seed.ts'
import { seedCertificate, seedCheckpoint, VERIFIER } from './testing/seed-evidence.ts'

const DAY = istDayRange(istDayOf(Date.UTC(2026, 0, 31, 4)))
const FROM = DAY.from + 10 * HOUR
const PHONE = '09876543210'
const RANGE = `from=${canonicalTime(FROM)}&to=${canonicalTime(FROM + HOUR)}`
const CALLS = ['b', 'd', '=f']

let its: Installation
let token: string
const tellOf = (account: string, callSid: string, from = FROM) =>
  seedCall(its, account, callSid, [
    { surface: 'call-list', receivedAt: from + MINUTE, values: { status: 'completed', createdAt: canonicalTime(from), from: PHONE, price: '-0.50' } },
  ])
const download = (query: string) => its.ask(token, 'GET', `/v1/accounts/acme/export?${query}`)
const recorded = async () =>
  (
    await its.pool.query<{ actor: string; format: string; calls: number; range_from: Date; range_to: Date }>(
      'SELECT actor, format, calls, range_from, range_to FROM rollcall.exports ORDER BY log_offset',
    )
  ).rows

beforeAll(async () => {
  its = await createInstallation(FROM + HOUR)
  ;({ token } = await its.token(['export'], ['acme']))
  for (const account of ['acme', 'other']) await seedAccount(its, account, FROM)
  for (const callSid of CALLS) await tellOf('acme', callSid)
  await tellOf('other', 'x')
})
afterAll(() => its?.close())

describe('an export', () => {
  it('is refused, and not recorded, before there is a certificate, before one is signed for, and before its record is signed', async () => {
    expect((await download(RANGE)).json()).toMatchObject({ status: 404, detail: expect.stringContaining('No checkpoint') })
    await seedCertificate(its, 'other', FROM)
    await seedCheckpoint(its)
    expect((await download(RANGE)).json()).toMatchObject({ status: 404, detail: expect.stringContaining('Nothing is certified') })
    await seedCertificate(its, 'acme', FROM)
    for (const format of EXPORT_FORMATS) expect((await download(`format=${format}&${RANGE}`)).json()).toMatchObject({ status: 409, type: 'urn:rollcall:problem:not-yet' })
    expect(await recorded()).toEqual([])
    await seedCheckpoint(its)
    expect((await download(RANGE)).statusCode).toBe(200)
    expect(await recorded()).toMatchObject([{ format: 'pack', calls: 3, range_from: new Date(FROM), range_to: new Date(FROM + HOUR), actor: expect.stringMatching(/^somebody/) }])
  })

  it.each(EXPORT_FORMATS)('as %s is one zip of what is certified of the account, and of nobody’s number', async (format) => {
    const before = (await recorded()).length
    const { headers, rawPayload, statusCode } = await download(`format=${format}&${RANGE}`)
    expect([statusCode, headers['content-type'], headers['cache-control'], headers.vary, headers.etag]).toEqual([
      200,
      'application/zip',
      'no-store',
      'authorization, cookie',
      undefined,
    ])
    expect(headers['content-disposition']).toBe(`attachment; filename="acme-2026-01-31T04-30-00Z--2026-01-31T05-30-00Z.${format}.zip"`)
    const files = readZip(rawPayload)
    const manifest = JSON.parse(String(files.get('manifest.json')))
    for (const content of files.values()) expect(content.includes(PHONE)).toBe(false)
    if (format === 'pack') expect(manifest).toMatchObject({ account: 'acme', calls: { leaves: 3 } })
    else {
      const [name = ''] = files.keys()
      expect(manifest).toMatchObject({ parameters: { account: 'acme', format, personalData: 'none' }, rows: 3, file: { sha256: hash('sha256', files.get(name) ?? '') } })
      if (format.startsWith('csv')) expect(String(files.get(name)).includes(format === 'csv' ? `,'=f,` : ',=f,')).toBe(true)
      if (format.startsWith('csv')) expect(String(files.get(name))).toContain(',-0.50,')
    }
    expect((await recorded()).slice(before)).toMatchObject([{ format, calls: 3 }])
  })

  it('of a day in India is named after it', async () => {
    const { headers } = await download(`format=jsonl&from=${canonicalTime(DAY.from)}&to=${canonicalTime(DAY.to)}`)
    expect(headers['content-disposition']).toBe('attachment; filename="acme-2026-01-31.jsonl.zip"')
  })

  it('of more calls than a file may hold is refused', async () => {
    const windowFrom = FROM + 5 * HOUR
    const row = { windowFrom, sequence: 1, state: 'final', certifiedAt: windowFrom + WINDOW_MS, root: 'r', sha256: 's', value: '{}', packedLeaves: packLeaves([]) }
    await saveCertificate(its.pool, 'acme', { ...row, leaves: EXPORT_CALLS_MAX + 1 })
    expect((await download(`format=csv&from=${canonicalTime(windowFrom)}&to=${canonicalTime(windowFrom + HOUR)}`)).json()).toMatchObject({
      status: 400,
      type: 'urn:rollcall:problem:range-too-wide',
    })
  })

  it('as a pack verifies, also against a checkpoint that was saved', async () => {
    const saved = await its.read<{ note: string; size: number }>('/v1/checkpoint')
    await tellOf('acme', 'late', FROM + WINDOW_MS)
    await seedCertificate(its, 'acme', FROM + WINDOW_MS)
    await seedCheckpoint(its)
    const { rawPayload } = await download(`saved=${saved.size}&from=${canonicalTime(FROM)}&to=${canonicalTime(FROM + 2 * WINDOW_MS)}`)
    const file = join(its.keeperDirectory, '..', 'pack.zip')
    await writeFile(file, rawPayload)
    const { claims } = await verifyPack(file, { keys: [VERIFIER.text], saved: saved.note, account: 'acme', from: canonicalTime(FROM), to: canonicalTime(FROM + 2 * WINDOW_MS) })
    expect(claims.filter(({ holds }) => holds !== true).map(({ claim }) => claim)).toEqual(['equal'])
  })
})

describe('over the network', () => {
  let port: number
  beforeAll(async () => {
    await its.server.listen({ host: '127.0.0.1', port: 0 })
    ;({ port } = its.server.server.address() as AddressInfo)
  })
  const begin = async (query: string): Promise<IncomingMessage> => {
    const request = get({ host: '127.0.0.1', port, path: `/v1/accounts/acme/export?${query}`, headers: { authorization: `Bearer ${token}` }, agent: false })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    return response
  }
  /** Keeps every export from going on after its first bytes, until it is let go. */
  const holdUp = async (): Promise<() => Promise<void>> => {
    const lock = await its.pool.connect()
    await lock.query('BEGIN; LOCK rollcall.certified_leaves IN ACCESS EXCLUSIVE MODE')
    let held = true
    const letGo = async (): Promise<void> => {
      if (held) await lock.query('ROLLBACK')
      if (held) lock.release()
      held = false
    }
    onTestFinished(letGo)
    return letGo
  }
  const exporting = async () =>
    (await its.pool.query<{ count: number }>(`SELECT count(*)::int FROM pg_stat_activity WHERE application_name = 'rollcall-test-exporters' AND state <> 'idle'`)).rows[0]?.count

  it('each is recorded before its first byte, no more than a few are written at once, and one that nobody takes any more makes room', async () => {
    const before = (await recorded()).length
    const letGo = await holdUp()
    const held = await Promise.all(Array.from({ length: EXPORTS_AT_ONCE }, () => begin(`format=csv&${RANGE}`)))
    expect(held.map(({ statusCode }) => statusCode)).toEqual(held.map(() => 200))
    expect(await recorded()).toHaveLength(before + EXPORTS_AT_ONCE)
    const refused = await download(`format=csv&${RANGE}`)
    expect([refused.statusCode, refused.headers['retry-after'], refused.json().type]).toEqual([429, '60', 'urn:rollcall:problem:too-many-requests'])
    for (const response of held) response.destroy()
    await letGo()
    await expect.poll(exporting).toBe(0)
    await expect.poll(async () => (await download(`format=csv&${RANGE}`)).statusCode).toBe(200)
  })

  it('one that fails half way is broken off, and what came of it is no zip', async () => {
    const letGo = await holdUp()
    const response = await begin(`format=csv&${RANGE}`)
    const parts: Buffer[] = []
    response.on('data', (part: Buffer) => parts.push(part))
    response.on('error', () => {})
    const ended = new Promise((resolve) => response.once('close', resolve))
    await expect.poll(() => Buffer.concat(parts).length).toBeGreaterThan(0)
    await its.pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'rollcall-test-exporters'`)
    await ended
    await letGo()
    expect([response.complete, Buffer.concat(parts).includes('PK\x05\x06')]).toEqual([false, false])
    expect((await download(`format=csv&${RANGE}`)).statusCode).toBe(200)
  })
})

it('is ended when the service stops, and broken off', async () => {
  const lock = await its.pool.connect()
  await lock.query('BEGIN; LOCK rollcall.certified_leaves IN ACCESS EXCLUSIVE MODE')
  const { port } = its.server.server.address() as AddressInfo
  const request = get({ host: '127.0.0.1', port, path: `/v1/accounts/acme/export?format=csv&${RANGE}`, headers: { authorization: `Bearer ${token}` }, agent: false })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.on('error', () => {})
  const ended = new Promise((resolve) => response.once('close', resolve))
  response.resume()
  const closed = its.server.close()
  await lock.query('ROLLBACK')
  lock.release()
  await Promise.all([ended, closed])
  expect(response.complete).toBe(false)
})
