import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readAccounts } from '@rollcall/service/read-accounts'
import { createLogger } from '@rollcall/telemetry/create-logger'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AccountsWatch, watchAccounts } from './watch-accounts.ts'

const OLD = 'old-fake-0123456789-0123456789-012345'
const NEW = 'new-fake-0123456789-0123456789-012345'

let directory: string
let file: string
let now: number
let adopted: string[][]
let watch: AccountsWatch

/** As an operator should: a whole file takes the place of another. */
const put = async (name: string, text: string): Promise<void> => {
  await writeFile(join(directory, `${name}.new`), text)
  await chmod(join(directory, `${name}.new`), 0o400)
  await rename(join(directory, `${name}.new`), join(directory, name))
}
const putAccounts = (...webhookSecretFiles: string[]) =>
  put('accounts.json', JSON.stringify({ accounts: [{ sid: 'acme', cluster: 'mumbai', apiKeyFile: 'key', apiTokenFile: 'key', webhookSecretFiles }] }))

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rollcall-watch-'))
  file = join(directory, 'accounts.json')
  now = 0
  adopted = []
  await put('key', 'fake-key')
  await put('old', OLD)
  await put('new', NEW)
  await putAccounts('old')
  watch = watchAccounts({
    file,
    accounts: await readAccounts(file),
    onChange: (accounts) => adopted.push(...accounts.map(({ webhookSecrets }) => [...webhookSecrets])),
    clock: () => ++now,
    logger: createLogger({ service: 'test', level: 'silent' }),
  })
  await watch.look()
  await watch.look()
})
afterEach(() => rm(directory, { recursive: true, force: true }))

describe('accounts that are watched', () => {
  it('do not change while their files do not', async () => {
    const { length } = adopted
    const before = watch.readAt()
    await watch.look()
    await watch.look()
    expect([adopted.length - length, watch.readAt(), watch.problem()]).toEqual([0, before, null])
  })

  it('are in force at the second look that finds the same', async () => {
    await putAccounts('old', 'new')
    await watch.look()
    expect(adopted).toEqual([])
    await watch.look()
    expect(adopted).toEqual([[OLD, NEW]])
  })

  it('are in force at once when somebody says so', async () => {
    await putAccounts('new')
    await watch.reread()
    expect(adopted).toEqual([[NEW]])
  })

  it('are changed by a secret file alone', async () => {
    await put('old', NEW)
    await watch.reread()
    expect(adopted).toEqual([[NEW]])
  })

  it('are not taken from a file in the middle of being written, even where half a secret looks whole', async () => {
    await put('old', NEW.slice(0, 33))
    await watch.look()
    await put('old', NEW)
    await watch.look()
    expect(adopted).toEqual([])
    await watch.look()
    expect(adopted).toEqual([[NEW]])
  })

  it('stay as they were while the file cannot be used, and every look tries again', async () => {
    await putAccounts('old', 'missing')
    for (let look = 0; look < 3; look++) await watch.look()
    expect(adopted).toEqual([])
    expect(watch.problem()).toContain('missing cannot be read (ENOENT)')
    await put('missing', NEW)
    await watch.look()
    await watch.look()
    expect([adopted, watch.problem()]).toEqual([[[OLD, NEW]], null])
  })

  it('are tried again, too, when what was wrong is a file that is not watched', async () => {
    await rm(join(directory, 'key'))
    await watch.reread()
    expect(watch.problem()).toContain('key cannot be read (ENOENT)')
    await put('key', 'fake-key')
    await watch.look()
    expect(watch.problem()).toBeNull()
  })

  it('say when they were last found to be what the files say', async () => {
    const before = watch.readAt()
    await watch.reread()
    expect(watch.readAt()).toBeGreaterThan(before)
    expect(adopted).toEqual([])
  })
})
