import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AdminServer, openAdminServer } from './admin-server.ts'
import type { Readiness } from './health-answer.ts'

let readiness: Readiness
let server: AdminServer
const options = () => ({
  host: '127.0.0.1',
  port: 0,
  portSetting: 'TEST_PORT',
  ready: () => readiness,
  status: () => ({ depth: 2n ** 60n }),
  metrics: async () => 'rollcall_things_total 3\n',
})
const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server.port}${path}`, init)

beforeEach(async () => {
  readiness = { ready: true }
  server = await openAdminServer(options())
})
afterEach(() => server.close())

describe('the admin server', () => {
  it('is live whatever the state', async () => {
    readiness = { ready: false, reason: 'the spool is full' }
    expect((await get('/livez')).status).toBe(200)
  })

  it('is ready, or says why not', async () => {
    expect((await get('/readyz')).status).toBe(200)
    readiness = { ready: false, reason: 'the spool is full' }
    const answer = await get('/readyz?x')
    expect([answer.status, await answer.text()]).toEqual([503, 'not ready: the spool is full\n'])
  })

  it('gives metrics as text and status as JSON', async () => {
    expect(await (await get('/metrics')).text()).toBe('rollcall_things_total 3\n')
    expect(await (await get('/statusz')).json()).toEqual({ depth: String(2n ** 60n) })
  })

  it.each([
    ['/', 'GET', 404],
    ['/metrics', 'POST', 405],
  ])('%s by %s is %i', async (path, method, status) => {
    expect((await get(path, { method })).status).toBe(status)
  })

  it('names the setting when its port is taken', async () => {
    await expect(openAdminServer({ ...options(), port: server.port })).rejects.toThrow(`TEST_PORT is ${server.port} on 127.0.0.1, which is in use`)
  })
})
