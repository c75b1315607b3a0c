import { z } from 'zod'
import { WEBHOOK_SURFACES, type WebhookSurface } from '../calls/ledger-call.ts'
import { RETRY_PROFILE_NAMES, RETRY_PROFILES, type RetryProfile, type RetryProfileName } from './retry-profile.ts'

const TIMEOUT_MS_MAX = 600_000
const timeoutMs = z.int().positive().max(TIMEOUT_MS_MAX).nullable().default(null)

/** How Exotel writes and delivers webhooks. */
export const WebhookProfile = z.strictObject({
  retries: z.enum(RETRY_PROFILE_NAMES).default('none').describe('Which page’s retry schedule holds for callbacks about calls.'),
  timeoutMs: timeoutMs.describe('Real milliseconds until an unanswered request counts as failed; null: as the retry profile says.'),
  success: z.enum(['as-profile', '2xx', '200']).default('as-profile').describe('Which answers are success; sms, exoml and heartbeat keep to their own pages.'),
  clientErrors: z.enum(['as-profile', 'retried', 'final']).default('as-profile').describe('Whether 3xx and 4xx are tried again; sms, exoml and heartbeat keep to their own pages.'),
  surfaces: z
    .partialRecord(z.enum(WEBHOOK_SURFACES), z.strictObject({ retries: z.enum(RETRY_PROFILE_NAMES).optional(), timeoutMs: z.int().positive().max(TIMEOUT_MS_MAX).optional() }))
    .default({})
    .describe('Other retries for one surface. Unless named here, sms, exoml and heartbeat have the retries of their own pages.'),
  retryBodies: z.enum(['same', 'changed']).default('same').describe('Whether a retry is byte for byte the same, or has a new DateUpdated.'),
  paths: z.enum(['named', 'bare']).default('named').describe('Whether the surface is appended to webhookUrl, or every webhook goes to the address itself.'),
  emptyParts: z
    .enum(['empty', 'absent', 'null', 'mixed'])
    .default('empty')
    .describe('How a form says "nothing": an empty part, none, or the word null. Mixed: each call its own way.'),
  answeredEnd: z.enum(['absent', 'null', 'epoch']).default('absent').describe('What an answered event says about EndTime and RecordingUrl.'),
  boundary: z.enum(['dashes', 'webkit', 'quoted']).default('dashes').describe('The style of multipart boundaries.'),
  v3Callback: z
    .enum(['call-details', 'flat', 'none'])
    .default('call-details')
    .describe('The body of a v3 callback: like its call details, those without their wrapper, or none is sent.'),
  userAgent: z.string().max(200).nullable().default(null).describe('Null: none is sent.'),
  localAddress: z.string().max(64).nullable().default(null).describe('The address webhooks come from; null: whichever the system takes.'),
  concurrency: z.int().positive().max(1_024).default(64).describe('How many requests are under way at once.'),
})
export type WebhookProfile = z.output<typeof WebhookProfile>

const OF_THEIR_OWN: Partial<Record<WebhookSurface, RetryProfileName>> = { sms: 'sms', exoml: 'exoml', heartbeat: 'heartbeat' }

/** The retry profile that holds for one surface, with what the settings say otherwise. */
export const retryProfileOf = (profile: WebhookProfile, surface: WebhookSurface): RetryProfile => {
  const own = profile.surfaces[surface]
  const documented = own?.retries === undefined ? OF_THEIR_OWN[surface] : undefined
  const base: RetryProfile = RETRY_PROFILES[own?.retries ?? documented ?? profile.retries]
  const timeoutMs = own?.timeoutMs ?? profile.timeoutMs ?? base.timeoutMs
  if (documented !== undefined) return { ...base, timeoutMs }
  return {
    ...base,
    timeoutMs,
    success: profile.success === 'as-profile' ? base.success : profile.success,
    retried: { 'as-profile': base.retried, retried: 'all' as const, final: 'transient' as const }[profile.clientErrors],
  }
}
