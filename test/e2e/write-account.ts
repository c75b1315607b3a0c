import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AccountsFile } from '@rollcall/contracts/accounts-file'
import type { z } from 'zod'

type Settings = Partial<z.input<typeof AccountsFile>['accounts'][number]>

export interface TestAccount {
  readonly sid: string
  readonly apiKey: string
  readonly apiToken: string
  readonly webhookSecret: string
  readonly accountsFile: string
}

/** An accounts file with one account and fresh secrets, as an operator would write it. */
export const writeAccount = async (directory: string, sid: string, baseUrl: string, settings: Settings): Promise<TestAccount> => {
  const secrets = { apiKey: randomBytes(16).toString('hex'), apiToken: randomBytes(16).toString('hex'), webhookSecret: randomBytes(32).toString('hex') }
  await mkdir(directory, { recursive: true })
  for (const [name, secret] of Object.entries(secrets)) await writeFile(join(directory, name), secret, { mode: 0o400 })
  const accounts = { accounts: [{ sid, baseUrl, apiKeyFile: 'apiKey', apiTokenFile: 'apiToken', webhookSecretFiles: ['webhookSecret'], ...settings }] }
  const accountsFile = join(directory, 'accounts.json')
  await writeFile(accountsFile, JSON.stringify(AccountsFile.parse(accounts)))
  return { sid, ...secrets, accountsFile }
}
