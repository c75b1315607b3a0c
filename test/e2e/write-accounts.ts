import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AccountsFile } from '@rollcall/contracts/accounts-file'
import type { z } from 'zod'

export type AccountSettings = Partial<z.input<typeof AccountsFile>['accounts'][number]> & { readonly sid: string; readonly baseUrl: string }

export interface WrittenAccounts {
  readonly apiKey: string
  readonly apiToken: string
  readonly webhookSecret: string
  readonly accountsFile: string
}

/** An accounts file as an operator would write it, with fresh secrets that all its accounts share. */
export const writeAccounts = async (directory: string, accounts: readonly AccountSettings[]): Promise<WrittenAccounts> => {
  const secrets = { apiKey: randomBytes(16).toString('hex'), apiToken: randomBytes(16).toString('hex'), webhookSecret: randomBytes(32).toString('hex') }
  await mkdir(directory, { recursive: true })
  for (const [name, secret] of Object.entries(secrets)) await writeFile(join(directory, name), secret, { mode: 0o400 })
  const files = { apiKeyFile: 'apiKey', apiTokenFile: 'apiToken', webhookSecretFiles: ['webhookSecret'] }
  const accountsFile = join(directory, 'accounts.json')
  await writeFile(accountsFile, JSON.stringify(AccountsFile.parse({ accounts: accounts.map((account) => ({ ...files, ...account })) })))
  return { ...secrets, accountsFile }
}
