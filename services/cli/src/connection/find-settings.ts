import type { StackFile } from './stack-file.ts'

export type Settings = Readonly<Record<string, string | undefined>>

export interface FoundSettings {
  readonly settings: Settings
  /** For the first line of what is shown. */
  readonly source: 'the environment' | 'the running npm start'
}

/** Any of these in the environment means that an operator has configured an installation. */
const CONFIGURING = ['KAFKA_BROKERS', 'EMBEDDED_LOG_URL', 'DATABASE_URL', 'ROLLCALL_ACCOUNTS_FILE'] as const

/**
 * Which installation a command is about: the one that the environment describes; where it describes none, the running `npm start`.
 * Other variables (levels, ports) always come from the environment.
 */
export const findSettings = (env: Settings, running: StackFile | null): FoundSettings | null => {
  if (CONFIGURING.some((name) => env[name])) return { settings: env, source: 'the environment' }
  if (running !== null) return { settings: { ...env, ...running.settings }, source: 'the running npm start' }
  return null
}
