import { mkdtemp, rm } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FakeExotel, startFakeExotel } from '@rollcall/exotel/testing/fake-exotel'
import { createPool, type Pool } from '@rollcall/store/pool'
import { firstWindow } from '@rollcall/store/reconcile/first-window'
import { saveListFeatures } from '@rollcall/store/reconcile/list-features'
import { createTestDatabase, type TestDatabase } from '@rollcall/store/testing/test-database'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { writeDemoAccount } from '../demo/demo-account.ts'
import { evaluateFacts } from './evaluate-facts.ts'
import { gatherFacts } from './gather-facts.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    databaseUrl: string
    superuserUrl: string
  }
}

const NOW = Date.UTC(2026, 10, 24)
const never = new AbortController().signal
const HEALTHY = { connectivity: { incoming_call: { status: 'active' }, outgoing_call: { status: 'active' } } }

describe('what the doctor finds of an account', () => {
  let [directory, file] = ['', '']
  let database: TestDatabase
  let pool: Pool
  let exotel: FakeExotel
  /** By how the path ends. */
  let answers: Record<string, readonly [number, unknown]> = {}

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollcall-doctor-'))
    database = await createTestDatabase(inject('superuserUrl'), inject('databaseUrl'))
    pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'rollcall-test', max: 1 })
    exotel = await startFakeExotel((request, response: ServerResponse) => {
      const path = (request.url ?? '').split('?')[0] ?? ''
      const [status, body] = Object.entries(answers).find(([end]) => path.endsWith(end))?.[1] ?? [404, {}]
      response.writeHead(status, { 'content-type': 'application/json', date: new Date(NOW).toUTCString() }).end(JSON.stringify(body))
    })
    file = (await writeDemoAccount(directory, { baseUrl: exotel.url, callsPerSecond: 100 })).accountsFile
    await firstWindow(pool, 'demo', NOW)
    await saveListFeatures(pool, 'demo', { features: { details: true, duration: false }, askedAt: NOW })
  })
  beforeEach(() => {
    answers = {
      '/demo.json': [200, { Account: { Sid: 'demo', AuthToken: 'not-for-us' } }],
      '/Calls.json': [200, { Metadata: { NextPageUri: null }, Calls: [] }],
      '/IncomingPhoneNumbers.json': [200, { IncomingPhoneNumbers: [{ IncomingPhoneNumber: { Sid: 'e1', PhoneNumber: '08000000000' } }] }],
      '/e1': [200, HEALTHY],
    }
  })
  afterAll(async () => {
    await pool?.end()
    await exotel?.close()
    await database?.drop()
    await rm(directory, { recursive: true, force: true })
  })

  const look = (databaseUrl = database.databaseUrl, settings = {}) =>
    gatherFacts(
      {
        DATABASE_URL: databaseUrl,
        ROLLCALL_ACCOUNTS_FILE: file,
        ROLLCALL_DATA_DIR: directory,
        ROLLCALL_ALLOW_UNSAFE_TOPICS: false,
        EMBEDDED_LOG_URL: 'http://127.0.0.1:9',
        ...settings,
      },
      () => NOW,
      never,
    )
  const told = async (databaseUrl?: string) =>
    evaluateFacts(await look(databaseUrl))
      .filter(({ name }) => name.includes('demo'))
      .map(({ name, outcome, found }) => `${outcome} ${name}: ${found}`)

  it('is all that can be asked without cost, and what the reconciler remembered', async () => {
    expect(await told()).toEqual([
      `ok account demo: ${exotel.url} accepts its credentials`,
      'ok list of calls (demo): can be read; takes details=true; does not take Duration; not known yet whether it takes RecordingUrlValidity',
      'ok ExoPhones (demo): 1; of the first 1 no outage is known',
      "ok clock against Exotel's (demo): in step",
    ])
    expect(JSON.stringify(await look())).not.toMatch(/not-for-us/)
  })

  it('shows a list that is not enabled, numbers that are not told, and features that nobody remembers', async () => {
    answers = { '/demo.json': answers['/demo.json'] ?? [500, {}], '/Calls.json': [401, { RestException: { Status: 401, Message: 'This api is not enabled for your account' } }] }
    expect(await told('postgres://nobody@127.0.0.1:9/none')).toEqual([
      `ok account demo: ${exotel.url} accepts its credentials`,
      'failed list of calls (demo): Exotel answered HTTP 401',
      'ok ExoPhones (demo): cannot be listed (Exotel answered HTTP 404); nothing depends on it',
      "ok clock against Exotel's (demo): in step",
    ])
  })

  it('tells of the folder of the spools where that is elsewhere: in memory, as here, it may not be', async () => {
    const spool = await mkdtemp('/dev/shm/rollcall-doctor-')
    try {
      expect(await look(undefined, { INGEST_SPOOL_DIR: spool })).toMatchObject({
        dataDirectory: { value: { path: directory } },
        spoolDirectory: { value: { path: spool, inMemory: true } },
      })
      expect(await look()).toMatchObject({ spoolDirectory: null })
    } finally {
      await rm(spool, { recursive: true })
    }
  })

  it('asks a refused account nothing more', async () => {
    answers = { '/demo.json': [401, { RestException: { Status: 401, Message: 'Authentication failed' } }] }
    const before = exotel.requests.length
    expect(await told()).toEqual([`failed account demo: ${exotel.url}: Exotel answered HTTP 401`])
    expect(exotel.requests.length - before).toBe(1)
  })
})
