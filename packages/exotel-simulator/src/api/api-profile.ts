import { z } from 'zod'

const CURSOR_SECONDS_MAX = 86_400

/** Where Exotel's own pages and live accounts disagree, or say nothing, the answer is a switch. */
export const ApiProfile = z.strictObject({
  retryAfter: z.boolean().default(false).describe('Whether a 429 says when to come back.'),
  rateHeaders: z.boolean().default(false).describe('Whether every answer has X-RateLimit-Limit, -Remaining and -Reset.'),
  rateWindow: z.enum(['sliding', 'fixed']).default('sliding').describe('So many requests in any 60 seconds, or in each minute of the clock.'),
  rateBuckets: z.enum(['shared', 'by-method']).default('shared').describe('Whether connecting calls (POST) and reading them (GET) share one limit.'),
  pageSizeTooLarge: z.enum(['clamp', 'refuse']).default('clamp').describe('What a PageSize above 100 does.'),
  noNextPage: z.enum(['null', 'empty', 'missing']).default('null').describe('How a page without a next one says so.'),
  listEnabled: z.boolean().default(true).describe('Whether the account may list calls at all; otherwise 401.'),
  listDetails: z.enum(['ignored', 'given', 'refused']).default('ignored').describe('What `details=true` does on the list; undocumented, seen live by one integrator.'),
  listPhone: z.enum(['both', 'number', 'sid']).default('both').describe('Which of PhoneNumber and PhoneNumberSid the rows of the list have.'),
  durationFilter: z.enum(['honoured', 'ignored', 'refused']).default('honoured').describe('What the documented filter by Duration does.'),
  v3Lookup: z.boolean().default(true).describe('Whether v1 looks up calls that v3 made.'),
  unknownCall: z
    .union([z.literal(404), z.literal(400), z.literal(200)])
    .default(404)
    .describe('The HTTP status of "No matching results"; the body says 404 in any case.'),
  wrongCluster: z
    .union([z.literal(401), z.literal(404)])
    .default(401)
    .describe('What an account of the other cluster is answered.'),
  total: z.enum(['exact', 'rounded', 'absent']).default('exact').describe('Metadata.Total: of the whole filter at this moment, rounded up to hundreds, or not there.'),
  cursorSeconds: z.int().positive().max(CURSOR_SECONDS_MAX).nullable().default(null).describe('How long a cursor holds; null: for ever.'),
  createdBounds: z.enum(['inclusive', 'to-exclusive', 'exclusive']).default('inclusive').describe('Whether gte and lte of DateCreated take in the second they name.'),
  xml: z.enum(['wrapped', 'flat']).default('wrapped').describe('How XML nests what JSON has in arrays, and errors: under TwilioResponse and a parent, or bare.'),
  uris: z.enum(['real', 'documented']).default('real').describe('`Calls/<sid>.json`, or `Calls.json/<sid>` as one page has it.'),
  preSignedUrls: z.boolean().default(false).describe('Whether rows with a recording have a PreSignedRecordingUrl: an account feature.'),
})
export type ApiProfile = z.output<typeof ApiProfile>
