import { z } from 'zod'
import { ApiFaults } from './api/api-faults.ts'
import { ApiProfile } from './api/api-profile.ts'
import { mergeSettings } from './merge-settings.ts'
import { WebhookFaults } from './webhook-faults.ts'
import { webhookTarget } from './webhooks/webhook-target.ts'

const RATE_LIMIT_DEFAULT = 200
const RATE_LIMIT_MAX = 1_000_000

const receiver = (name: string) =>
  z
    .string()
    .nullable()
    .default(null)
    .refine(
      (address) => {
        try {
          return address === null || webhookTarget(address, name) !== null
        } catch {
          return false
        }
      },
      { error: `${name} is not an http(s) address: give the base of the receiver, such as http://127.0.0.1:8080/hooks/acme/secret` },
    )

/** What of an account's settings can be changed while it plays. */
export const LIVE_SHAPE = {
  webhookUrl: receiver('webhookUrl').describe('Base address of the receiver; the surface is appended, such as /status-callback or /passthru.'),
  failoverUrl: receiver('failoverUrl').describe('Base address of a second receiver; only the retry profile failover-after-2 uses it.'),
  faults: WebhookFaults.prefault({}).describe('What goes wrong with webhooks. A change holds for calls that begin later.'),
  api: ApiProfile.prefault({}).describe('How the API answers.'),
  apiFaults: ApiFaults.prefault({}).describe('What goes wrong with answers of the API.'),
  rateLimitPerMinute: z.int().min(0).max(RATE_LIMIT_MAX).default(RATE_LIMIT_DEFAULT).describe('Requests in a minute of real time; 0: no limit.'),
}

export const LiveSettings = z.strictObject(LIVE_SHAPE)
export type LiveSettings = z.output<typeof LiveSettings>

/** The settings with what a patch names; throws an error that names each wrong setting. */
export const patchSettings = (current: LiveSettings, patch: unknown): LiveSettings => {
  const read = LiveSettings.safeParse(mergeSettings(current, patch))
  if (!read.success) throw new TypeError(z.prettifyError(read.error))
  return read.data
}
