import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.ts'
import { readAccounts } from './read-accounts.ts'

const CANARY = 'c4n4ry-0123456789-0123456789-0123456789'
let directory: string
let file: string

const put = async (name: string, text: string, mode = 0o400): Promise<void> => {
  await writeFile(join(directory, name), text, { mode: 0o600 })
  await chmod(join(directory, name), mode)
}
const account = { sid: 'acme', cluster: 'mumbai', apiKeyFile: 'key', apiTokenFile: 'token', webhookSecretFiles: ['one', 'two'] }
const putAccounts = (...accounts: object[]): Promise<void> => writeFile(file, JSON.stringify({ accounts }))

const problems = async (): Promise<readonly string[]> => {
  const error = await readAccounts(file).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ConfigError)) throw new Error(`expected a ConfigError, got ${error}`)
  expect(error.message).not.toContain('c4n4ry')
  return error.problems
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-accounts-'))
  file = join(directory, 'accounts.json')
  await put('key', `${CANARY}-key\n`)
  await put('token', `${CANARY}-token\n`)
  await put('one', `${CANARY}-one\n`)
  await put('two', `${CANARY}-two`)
  await putAccounts(account)
})
afterEach(() => rm(directory, { recursive: true, force: true }))

describe('the accounts file', () => {
  it('gives each account its address and its secrets, without line ends', async () => {
    const [acme] = await readAccounts(file)
    expect(acme).toMatchObject({ sid: 'acme', baseUrl: 'https://api.in.exotel.com', rateLimitPerMinute: 200 })
    expect([acme?.apiKey, acme?.apiToken, acme?.webhookSecrets]).toEqual([`${CANARY}-key`, `${CANARY}-token`, [`${CANARY}-one`, `${CANARY}-two`]])
  })

  it('gives accounts that never print their secrets', async () => {
    const accounts = await readAccounts(file)
    for (const printed of [JSON.stringify(accounts), inspect(accounts, { depth: 9 }), String(accounts), JSON.stringify({ ...accounts[0] })]) expect(printed).not.toContain('c4n4ry')
  })
})

describe('a secret file', () => {
  it.each([0o440, 0o404, 0o444, 0o640, 0o600 | 0o020])('that others can open (%o) is refused by name', async (mode) => {
    await put('token', CANARY, mode)
    expect(await problems()).toEqual([expect.stringMatching(/account acme: apiTokenFile: .*token has mode 0\d{3}, .*chmod 400/)])
  })

  it('that is missing, or empty, or too short, is refused by name, and all at once', async () => {
    await rm(join(directory, 'key'))
    await put('token', ' \n')
    await put('one', 'short')
    expect(await problems()).toEqual([
      expect.stringContaining('key cannot be read (ENOENT)'),
      expect.stringContaining('token is empty'),
      expect.stringContaining('"one" holds 5 characters'),
    ])
  })

  it('that holds what cannot stand in a path is refused', async () => {
    await put('one', `${CANARY}/${CANARY}`)
    expect(await problems()).toEqual([expect.stringContaining('"one" holds')])
  })
})

describe('an accounts file that cannot be used', () => {
  it.each([
    ['it is missing', async () => rm(file), 'cannot be read (ENOENT)'],
    ['it is not JSON', async () => writeFile(file, '{'), 'not valid JSON'],
    ['it holds no account', async () => putAccounts(), 'accounts: '],
    ['an account has an unknown setting', async () => putAccounts({ ...account, apiToken: CANARY }), 'accounts.0: Unrecognized key'],
    ['an account is there twice', async () => putAccounts(account, account), 'two accounts have the same sid'],
    ['an address is none', async () => putAccounts({ ...account, cluster: undefined, baseUrl: 'no address' }), 'accounts.0.baseUrl: '],
    [
      'an address holds credentials',
      async () => putAccounts({ ...account, cluster: undefined, baseUrl: `https://key:${CANARY}@api.exotel.com` }),
      'accounts.0.baseUrl: it must not hold credentials',
    ],
    ['an address has a query', async () => putAccounts({ ...account, cluster: undefined, baseUrl: `https://api.exotel.com?token=${CANARY}` }), 'a query or a fragment'],
    ['an account has no address', async () => putAccounts({ ...account, cluster: undefined }), 'exactly one of baseUrl and cluster'],
  ])('says so: %s', async (_what, spoil, message) => {
    await spoil()
    expect(await problems()).toEqual([expect.stringContaining(message)])
  })
})
