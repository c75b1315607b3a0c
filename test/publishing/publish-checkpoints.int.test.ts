/** What the built keeper signs arrives outside, by HTTP and in a store that checks each signature of Amazon's kind; and what does not is told, without a secret. */
import { randomUUID } from 'node:crypto'
import { readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { toAuditLogRecord } from '@rollcall/contracts/audit-log-record'
import { AUDIT_TOPIC } from '@rollcall/contracts/topics'
import { HOUR, SECOND } from '@rollcall/domain/time'
import { selfSignedCertificate } from '@rollcall/exotel/testing/self-signed-certificate'
import { createKeeperSurroundings, type KeeperProcess, type KeeperSurroundings } from '@rollcall/keeper/testing/keeper-process'
import '@rollcall/store/testing/provided-context'
import { openKeptLog } from '@rollcall/transparency-log/kept/kept-log'
import { generateKey } from '@rollcall/transparency-log/note/key'
import { startS3Server } from '@rollcall/transparency-log/testing/s3-server'
import { beforeEach, describe, expect, inject, it, onTestFinished } from 'vitest'

const REGION = 'ap-south-1'
const S3 = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'hush/hush+s3' }
const AUTHORIZATION = 'Bearer hush-http'
const key = generateKey('rollcall.test/audit')
const SECRETS = [S3.secretAccessKey, AUTHORIZATION, 'hush', key.signerKey.split('+').slice(4).join('+')]

let world: KeeperSurroundings
let env: Readonly<Record<string, string>>

beforeEach(async () => {
  world = await createKeeperSurroundings(inject('superuserUrl'), inject('databaseUrl'))
  onTestFinished(() => world.close())
  env = { KEEPER_KEY_FILES: await world.putSecret('key', key.signerKey) }
})

/** A mailbox: what it was given, by path; and what answers 200 there, or what it is told to. */
const openMailbox = async (tls: { readonly key: string; readonly cert: string } | null = null) => {
  const given: { readonly path: string; readonly authorization: string | undefined; readonly body: string }[] = []
  const mailbox = { given, status: 200, asked: 0, url: '' }
  const answer: RequestListener = async (request: IncomingMessage, response) => {
    const body = Buffer.concat(await request.toArray()).toString()
    mailbox.asked += 1
    if (mailbox.status === 200) given.push({ path: `${request.method} ${request.url}`, authorization: request.headers.authorization, body })
    response.writeHead(mailbox.status).end()
  }
  const server = tls === null ? createServer(answer) : createTlsServer(tls, answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close().closeAllConnections())
  mailbox.url = `${tls === null ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`
  return mailbox
}
/** What the keeper has signed for, byte for byte. */
const signed = (): string => readFileSync(join(world.keeperDirectory, 'signed-checkpoint'), 'utf8')
/** Something that is signed for at once. */
const appendFinal = async (): Promise<void> => {
  const record = { id: randomUUID(), account: 'acme', type: 'certificate', subject: 's', notedAt: 1, leaseEpoch: 1n, value: JSON.stringify({ state: 'final' }) }
  await world.log.append(AUDIT_TOPIC, [toAuditLogRecord(record)], { deadlineMs: 5 * SECOND })
}
const metric = async (keeper: KeeperProcess, name: string): Promise<number | null> => {
  const line = (await keeper.ask('/metrics')).split('\n').find((text) => text.startsWith(`rollcall_keeper_${name}{`) || text.startsWith(`rollcall_keeper_${name} `))
  return line === undefined ? null : Number(line.slice(line.lastIndexOf(' ')))
}
const endsWithoutSecret = async (keeper: KeeperProcess): Promise<void> => {
  const told = [await keeper.ask('/metrics'), await keeper.ask('/statusz')]
  expect(await keeper.stop()).toBe(0)
  for (const text of [...told, keeper.said().out, keeper.said().err]) expect(SECRETS.filter((secret) => text.includes(secret))).toEqual([])
}

describe('a checkpoint', () => {
  it('arrives by HTTP as it was signed, each under its own name, and again when the keeper is started again', async () => {
    const mailbox = await openMailbox()
    const targets = { ...env, CHECKPOINT_TARGETS: `${mailbox.url}/mailbox/{size}?sig=hush ${mailbox.url}/newest` }
    const keeper = world.start(targets)
    await expect.poll(() => mailbox.given.length).toBe(2)
    const first = signed()
    expect(mailbox.given.map(({ path, body }) => [path, body]).toSorted()).toEqual([
      ['PUT /mailbox/0?sig=hush', first],
      ['PUT /newest', first],
    ])
    await appendFinal()
    await expect.poll(() => mailbox.given.length).toBe(4)
    const second = signed()
    expect(second).not.toBe(first)
    expect(
      mailbox.given
        .slice(2)
        .map(({ path, body }) => [path, body])
        .toSorted(),
    ).toEqual([
      ['PUT /mailbox/1?sig=hush', second],
      ['PUT /newest', second],
    ])
    await endsWithoutSecret(keeper)

    const again = world.start(targets)
    await expect.poll(() => mailbox.given.length).toBe(6)
    expect(mailbox.given.slice(4).map(({ body }) => body)).toEqual([second, second])
    await endsWithoutSecret(again)
  })

  it('arrives by https with the credential, and never where the certificate is not trusted', async () => {
    const tls = selfSignedCertificate(Date.now())
    const mailbox = await openMailbox(tls)
    const targets = { ...env, CHECKPOINT_TARGETS: `${mailbox.url}/newest`, CHECKPOINT_AUTHORIZATION_FILE: await world.putSecret('authorization', AUTHORIZATION) }
    const wary = world.start(targets)
    await expect.poll(() => wary.told('checkpoint.not-published')).toHaveLength(1)
    expect(mailbox.asked).toBe(0)
    await endsWithoutSecret(wary)

    writeFileSync(join(world.directory, 'ca.pem'), tls.cert)
    const keeper = world.start({ ...targets, NODE_EXTRA_CA_CERTS: join(world.directory, 'ca.pem') })
    await expect.poll(() => mailbox.given).toEqual([{ path: 'PUT /newest', authorization: AUTHORIZATION, body: signed() }])
    await endsWithoutSecret(keeper)
  })

  it('arrives in a store of the kind of S3, under lock, by a name that has to be escaped', async () => {
    const store = await startS3Server(S3, REGION)
    onTestFinished(store.close)
    const keeper = world.start({
      ...env,
      CHECKPOINT_TARGETS: `s3://audit/roll%20call/{size}(note).txt?endpoint=${store.url}&region=${REGION}&lockDays=3`,
      CHECKPOINT_S3_CREDENTIALS_FILE: await world.putSecret('s3', `${S3.accessKeyId}:${S3.secretAccessKey}`),
    })
    await expect.poll(() => [store.refusals, [...store.objects.keys()]]).toEqual([[], ['audit/roll call/0(note).txt']])
    const [object] = store.objects.values()
    expect(object?.bytes.toString()).toBe(signed())
    expect(Date.parse(object?.lockedUntil ?? '')).toBeGreaterThan(Date.now() + 71 * HOUR)
    await endsWithoutSecret(keeper)
  })
})

describe('a place that does not take a checkpoint', () => {
  it('is told of once, and gets it when it takes it again, as the log, the metrics and statusz say', async () => {
    const [mailbox, store] = [await openMailbox(), await startS3Server(S3, REGION, (nth) => nth < 1)]
    onTestFinished(store.close)
    mailbox.status = 503
    const keeper = world.start({
      ...env,
      CHECKPOINT_TARGETS: `${mailbox.url}/newest?sig=hush s3://audit/{size}?endpoint=${store.url}&region=${REGION}`,
      CHECKPOINT_S3_CREDENTIALS_FILE: await world.putSecret('s3', `${S3.accessKeyId}:${S3.secretAccessKey}`),
    })
    await expect.poll(() => metric(keeper, 'unpublished_places')).toBe(2)
    const refused = signed()
    expect(await metric(keeper, 'place_behind_seconds')).toBeGreaterThan(0)
    expect(
      keeper
        .told('checkpoint.not-published')
        .map(({ place }) => place)
        .toSorted(),
    ).toEqual([`PUT ${mailbox.url}/newest`, `s3 audit/{size} at ${store.url}`])
    expect(JSON.parse(await keeper.ask('/statusz'))).toMatchObject({ places: [{ published: null, trouble: expect.stringContaining('answered 503') }, { published: null }] })

    await appendFinal()
    await expect.poll(() => [...store.objects.keys()]).toEqual(['audit/1'])
    await expect.poll(() => metric(keeper, 'unpublished_places')).toBe(1)
    expect(keeper.told('checkpoint.not-published')).toHaveLength(2)
    mailbox.status = 200
    await appendFinal()
    await expect.poll(() => mailbox.given.length).toBe(1)
    expect(mailbox.given[0]?.body).toBe(signed())
    expect(signed()).not.toBe(refused)
    await expect.poll(() => metric(keeper, 'unpublished_places')).toBe(0)
    expect(await metric(keeper, 'place_behind_seconds')).toBe(0)
    expect(keeper.told('checkpoint.published')).toHaveLength(2)
    await endsWithoutSecret(keeper)
  })

  it('gets the same checkpoint, byte for byte, from a keeper that is started again, and is as old as it was', async () => {
    const store = await startS3Server({ ...S3, secretAccessKey: 'another' }, REGION)
    const targets = async (url: string) => ({
      ...env,
      CHECKPOINT_TARGETS: `s3://audit/newest?endpoint=${url}&region=${REGION}`,
      CHECKPOINT_S3_CREDENTIALS_FILE: join(world.directory, 's3'),
    })
    await world.putSecret('s3', `${S3.accessKeyId}:${S3.secretAccessKey}`)
    const refused = world.start(await targets(store.url))
    await expect.poll(() => store.refusals).toEqual(['SignatureDoesNotMatch'])
    await endsWithoutSecret(refused)
    expect(store.objects.size).toBe(0)
    await store.close()

    const checkpoint = signed()
    const signedAt = (Date.now() - HOUR) / SECOND
    utimesSync(join(world.keeperDirectory, 'signed-checkpoint'), signedAt, signedAt)
    expect((await openKeptLog(world.keeperDirectory).checkpoint())?.note).toBe(checkpoint)
    const other = await startS3Server(S3, REGION)
    onTestFinished(other.close)
    const keeper = world.start(await targets(other.url))
    await expect.poll(() => other.objects.get('audit/newest')?.bytes.toString()).toBe(checkpoint)
    expect(await metric(keeper, 'signed_seconds')).toBeGreaterThanOrEqual(HOUR / SECOND)
    await endsWithoutSecret(keeper)
  })
})
