import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { AccountConfig } from '@rollcall/contracts/accounts-file'

/** Differs as soon as the accounts file or one of its webhook secrets is another file, or was written to. Links are followed. */
export const fileStamp = async (file: string, accounts: readonly Pick<AccountConfig, 'webhookSecretFiles'>[]): Promise<string> => {
  const secrets = accounts.flatMap(({ webhookSecretFiles }) => webhookSecretFiles.map((path) => resolve(dirname(file), path)))
  return (await Promise.all([file, ...new Set(secrets)].map(stampOf))).join('\n')
}

const stampOf = async (path: string): Promise<string> => {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs, mode } = await stat(path, { bigint: true })
    return [path, dev, ino, size, mtimeNs, ctimeNs, mode].join()
  } catch (error) {
    return `${path},${(error as NodeJS.ErrnoException).code}`
  }
}
