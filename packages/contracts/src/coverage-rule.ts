import { DIRECTIONS, ORIGINS, RESERVED_RULE_NAMES } from '@rollcall/domain/window/coverage'
import { z } from 'zod'
import { isWebhookEvent, WEBHOOK_EVENTS } from './webhook-event.ts'

/** Every message here says what is needed; the reader of the file puts the place and the value before it. */
const oneOf = (words: readonly string[]) => ({ error: `one of ${words.join(', ')}` })
const A_NAME = { error: 'a name of 1 to 100 characters' }
const A_NUMBER = { error: 'a phone number such as +914000000003 or 04000000003' }
const A_TIME = { error: 'a time with its zone, such as 2026-01-31T00:00:00+05:30' }
const SOME_SECONDS = { error: 'a whole number of seconds from 0 to 86400' }
const A_RULE = { error: 'a rule such as {"name":"…","direction":"inbound","expects":[{"anyOf":["passthru"]}]}' }
const PHONE = /^\+?[0-9][0-9 ()-]{4,24}$/
const RULES_MAX = 200

const Name = z.string(A_NAME).min(1, A_NAME).max(100, A_NAME)

const ExpectedWebhook = z.strictObject(
  {
    /** What judgements call it; the surface of the first event where it is left out. */
    name: Name.refine((name) => name !== 'none', { error: 'another name than none, which says that nothing is expected' }).optional(),
    anyOf: z
      .array(
        z
          .string({ error: 'the name of a webhook' })
          .refine(isWebhookEvent, { error: `a surface (${Object.keys(WEBHOOK_EVENTS).join(', ')}) or one of its events, such as status-callback/terminal` }),
        { error: 'a list of webhooks, any one of which is enough' },
      )
      .min(1, { error: 'at least one webhook' })
      .max(20, { error: 'at most 20 webhooks' }),
    /** After the call's end; `webhookGraceSeconds` where it is left out. */
    withinSeconds: z.int(SOME_SECONDS).min(0, SOME_SECONDS).max(86_400, SOME_SECONDS).optional(),
  },
  { error: 'an expected webhook such as {"anyOf":["passthru"]}' },
)
type ExpectedWebhook = z.infer<typeof ExpectedWebhook>

/** What judgements call an expected webhook. */
export const expectationName = ({ name, anyOf }: Pick<ExpectedWebhook, 'name' | 'anyOf'>): string => name ?? anyOf[0]?.split('/')[0] ?? ''

const distinct = (names: readonly string[]): boolean => new Set(names).size === names.length

/** One coverage rule as the accounts file has it: for calls that are all of this, these webhooks are expected. */
export const CoverageRuleConfig = z
  .strictObject(
    {
      name: Name.refine((name) => !RESERVED_RULE_NAMES.some((reserved) => name.startsWith(reserved)), {
        error: `a name that does not begin with ${RESERVED_RULE_NAMES.join(' or ')}`,
      }),
      direction: z.enum(DIRECTIONS, oneOf(DIRECTIONS)).optional(),
      origin: z.enum(ORIGINS, oneOf(ORIGINS)).optional(),
      exophones: z
        .array(z.string(A_NUMBER).regex(PHONE, A_NUMBER), { error: 'a list of phone numbers' })
        .min(1, { error: 'at least one phone number' })
        .max(1_000, { error: 'at most 1000 phone numbers' })
        .optional(),
      /** Of calls that Exotel created at or after this. */
      createdFrom: z.iso.datetime({ offset: true, ...A_TIME }).optional(),
      /** Of calls that Exotel created before this. */
      createdBefore: z.iso.datetime({ offset: true, ...A_TIME }).optional(),
      expects: z
        .array(ExpectedWebhook, { error: 'a list of expected webhooks; [] where none is' })
        .max(20, { error: 'at most 20 expected webhooks' })
        .refine((expects) => distinct(expects.map(expectationName)), { error: 'expected webhooks of different names: give those of one surface a name each' }),
    },
    A_RULE,
  )
  .refine(({ createdFrom, createdBefore }) => createdFrom === undefined || createdBefore === undefined || Date.parse(createdFrom) < Date.parse(createdBefore), {
    path: ['createdBefore'],
    error: 'a time after createdFrom',
  })
export type CoverageRuleConfig = z.infer<typeof CoverageRuleConfig>

export const CoverageConfig = z
  .array(CoverageRuleConfig, { error: 'a list of coverage rules' })
  .max(RULES_MAX, { error: `at most ${RULES_MAX} rules` })
  .superRefine((rules, context) => {
    const seen = new Set<string>()
    for (const [nth, { name }] of rules.entries()) {
      if (seen.has(name)) context.addIssue({ code: 'custom', path: [nth, 'name'], message: 'a name that no other rule of the account has' })
      seen.add(name)
    }
  })
