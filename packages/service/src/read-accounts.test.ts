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

  it('is refused where Exotel would forget a window before it can be final', async () => {
    await putAccounts({ ...account, historyDays: 1, maximumCallSeconds: 86_400 - 600 - 600 - 300 })
    expect(await problems()).toEqual([expect.stringContaining('historyDays must be longer than a window takes to become final')])
    await putAccounts({ ...account, historyDays: 1, maximumCallSeconds: 86_400 - 600 - 600 - 300 - 1 })
    expect(await readAccounts(file)).toMatchObject([{ historyDays: 1 }])
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
    ['an account has an unknown setting', async () => putAccounts({ ...account, apiToken: CANARY }), 'accounts[0]: Unrecognized key'],
    ['an account is there twice', async () => putAccounts(account, account), 'two accounts have the same sid'],
    ['an address is none', async () => putAccounts({ ...account, cluster: undefined, baseUrl: 'no address' }), 'accounts[0].baseUrl: '],
    [
      'an address holds credentials',
      async () => putAccounts({ ...account, cluster: undefined, baseUrl: `https://key:${CANARY}@api.exotel.com` }),
      'accounts[0].baseUrl: it must not hold credentials',
    ],
    ['an address has a query', async () => putAccounts({ ...account, cluster: undefined, baseUrl: `https://api.exotel.com?token=${CANARY}` }), 'a query or a fragment'],
    ['an account has no address', async () => putAccounts({ ...account, cluster: undefined }), 'exactly one of baseUrl and cluster'],
  ])('says so: %s', async (_what, spoil, message) => {
    await spoil()
    expect(await problems()).toEqual([expect.stringContaining(message)])
  })
})

describe('a coverage rule that cannot be used', () => {
  const rule = { name: 'a rule', expects: [] }
  it.each<[string, unknown, string]>([
    ['a word of another surface', { ...rule, direction: 'incoming' }, '[1].direction is "incoming"; needed is one of inbound, outbound-api, outbound-dial.'],
    ['an origin that there is not', { ...rule, origin: 'webhook' }, '[1].origin is "webhook"; needed is one of api, campaign, dashboard, inbound.'],
    ['no name', { expects: [] }, '[1].name is not set; needed is a name of 1 to 100 characters.'],
    ["a default's name", { ...rule, name: 'default: mine' }, '[1].name is "default: mine"; needed is a name that does not begin with default: or undecided:.'],
    ["another rule's name", { ...rule, name: 'first' }, '[1].name is "first"; needed is a name that no other rule of the account has.'],
    ['no list of webhooks', { name: 'a rule' }, '[1].expects is not set; needed is a list of expected webhooks; [] where none is.'],
    ['what is no rule', 7, '[1] is 7; needed is a rule such as {"name":"…","direction":"inbound","expects":[{"anyOf":["passthru"]}]}.'],
    ['a setting that there is not', { ...rule, exophone: '04000000003' }, '[1].exophone is no setting of a rule; needed is one that docs/coverage.md names.'],
    ['a number that is none', { ...rule, exophones: ['04000000003', 'sales'] }, '[1].exophones[1] is "sales"; needed is a phone number such as +914000000003 or 04000000003.'],
    ['a time without its zone', { ...rule, createdFrom: '2026-01-31T00:00:00' }, '[1].createdFrom is "2026-01-31T00:00:00"; needed is a time with its zone'],
    [
      'times in the wrong order',
      { ...rule, createdFrom: '2026-01-31T00:00:00Z', createdBefore: '2026-01-31T05:30:00+05:30' },
      '[1].createdBefore is "2026-01-31T05:30:00+05:30"; needed is a time after createdFrom.',
    ],
    [
      'an event that is misspelt',
      { ...rule, expects: [{ anyOf: ['passthru', 'status-callback/terminated'] }] },
      '[1].expects[0].anyOf[1] is "status-callback/terminated"; needed is a surface (',
    ],
    ['an empty choice', { ...rule, expects: [{ anyOf: [] }] }, '[1].expects[0].anyOf is []; needed is at least one webhook.'],
    [
      'a time that is none',
      { ...rule, expects: [{ anyOf: ['popup'], withinSeconds: -1 }] },
      '[1].expects[0].withinSeconds is -1; needed is a whole number of seconds from 0 to 86400.',
    ],
    [
      'two webhooks of one name',
      { ...rule, expects: [{ anyOf: ['popup/dial'] }, { anyOf: ['popup/terminal'] }] },
      '[1].expects is [{"anyOf":["popup/dial"]},{"anyOf":["popup/terminal"]}]; needed is expected webhooks of different names',
    ],
    ['the name that says that nothing is expected', { ...rule, expects: [{ name: 'none', anyOf: ['popup'] }] }, '[1].expects[0].name is "none"; needed is another name than none'],
  ])('is named by its place and value: %s', async (_what, bad, message) => {
    await putAccounts({ ...account, coverage: [{ name: 'first', expects: [] }, bad] })
    expect(await problems()).toEqual([expect.stringContaining(message)])
    expect((await problems())[0]).toContain(`${file}: accounts[0].coverage[1]`)
  })

  it('is told whatever its size', async () => {
    await putAccounts({ ...account, coverage: { rule: 'x'.repeat(500) } })
    expect(await problems()).toEqual([`${file}: accounts[0].coverage is {"rule":"${'x'.repeat(111)}…; needed is a list of coverage rules. Change it in the accounts file.`])
  })
})
