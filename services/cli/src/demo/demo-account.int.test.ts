import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readAccounts } from '@rollcall/service/read-accounts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { demoRateLimit, writeDemoAccount } from './demo-account.ts'

describe('the simulated account', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rollcall-demo-'))
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  it('is one that every service accepts, with secrets that nobody else can read', async () => {
    const written = await writeDemoAccount(directory, { baseUrl: 'http://127.0.0.1:8180', callsPerSecond: 2 })
    const [account] = await readAccounts(written.accountsFile)
    expect(account).toMatchObject({ sid: 'demo', baseUrl: 'http://127.0.0.1:8180', rateLimitPerMinute: 200, maximumCallSeconds: 30 })
    expect(account?.webhookSecrets).toEqual([written.webhookSecret])
    expect(account?.trailingPassSeconds.at(0)).toBe(-280)
    expect(account?.trailingPassSeconds.at(-1)).toBe(60)
    expect((await stat(join(directory, 'api-token'))).mode & 0o777).toBe(0o400)
  })

  it('keeps its secrets when it is written again', async () => {
    const first = await writeDemoAccount(directory, { baseUrl: 'http://127.0.0.1:1', callsPerSecond: 2 })
    const again = await writeDemoAccount(directory, { baseUrl: 'http://127.0.0.1:2', callsPerSecond: 2 })
    expect(again.webhookSecret).toBe(first.webhookSecret)
    expect((await readAccounts(again.accountsFile))[0]?.baseUrl).toBe('http://127.0.0.1:2')
  })

  it("has Exotel's own limit, or one that carries what is asked for", () => expect([1, 2, 10].map(demoRateLimit)).toEqual([200, 200, 900]))
})
